// Answers with its release: RELEASE. MODE is how it is bad; what a bad one answers nobody may see.
const http = require("node:http");

const { RELEASE, MODE, PORT } = process.env;
const server = http.createServer((request, response) => {
  const isWell = MODE !== "unhealthy" || request.url !== "/health";
  response.writeHead(isWell ? 200 : 503, { "x-release": RELEASE }).end(`${RELEASE}\n`);
});
if (MODE === "exits") process.exit(3);
if (MODE !== "deaf") server.listen(PORT);
else setInterval(() => {}, 1000);
process.on("SIGTERM", () => server.close(() => process.exit(0)));
