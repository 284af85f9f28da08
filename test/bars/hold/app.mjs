// An app whose start is work for the processor and for nothing else; it counts what reaches it.
import { createHash } from "node:crypto";
import { createServer } from "node:http";

const rounds = Number(process.env.ROUNDS);
let sum = Buffer.alloc(64);
for (let round = 0; round < rounds; round += 1) sum = createHash("sha512").update(sum).digest();

/** How often each request came whole, by its id. */
const counts = {};
createServer((request, response) => {
  if (request.url === "/counts") return response.end(JSON.stringify(counts));
  let length = 0;
  request.on("data", (part) => (length += part.length));
  request.on("end", () => {
    const id = request.headers["x-request-id"];
    counts[id] = (counts[id] ?? 0) + 1;
    response.end(`${id} ${length}`);
  });
}).listen(Number(process.env.PORT), "127.0.0.1", 4096, () => process.send("ready"));
process.on("disconnect", () => process.exit(0));
