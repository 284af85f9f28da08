// An app that may run once only: it tells the bar of its life and of each POST, and takes its time to start.
import { appendFileSync, readFileSync } from "node:fs";
import { createServer } from "node:http";
import { connect } from "node:net";

const { COLLECTOR, START_MS = "0", MODE = "ok", DATA, PORT = "3000" } = process.env;
const [host, port] = COLLECTOR.split(":");
// Open for as long as this process lives, whatever ends it: the kernel closes it.
const collector = connect(Number(port), host);
collector.write("begins\n");
collector.on("error", () => process.exit(1));

const server = createServer(async (request, response) => {
  const url = new URL(request.url, "http://app");
  if (url.pathname === "/health") return response.writeHead(MODE === "unhealthy" ? 503 : 200).end("health");
  if (url.pathname === "/ids") return response.end(readFileSync(`${DATA}/ids`));
  // All of it has come before it counts.
  const body = Buffer.concat(await request.toArray());
  if (request.method === "POST") {
    const id = request.headers["x-request-id"];
    collector.write(`${id}\n`);
    if (DATA) appendFileSync(`${DATA}/ids`, `${id}\n`);
  }
  await new Promise((resolve) => setTimeout(resolve, Number(url.searchParams.get("slow") ?? 0)));
  response.end(body);
});
server.keepAliveTimeout = 75_000;
setTimeout(() => server.listen(Number(PORT), "0.0.0.0"), Number(START_MS));

process.on("SIGTERM", () => {
  server.close(() => collector.end(() => process.exit(0)));
  server.closeIdleConnections();
  if (!server.listening) process.exit(0);
});
