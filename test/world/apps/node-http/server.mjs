// Sample app: answers with its release, slowly if asked, echoes, and misbehaves on demand. No dependencies.
import { readFileSync, writeSync } from "node:fs";
import { createServer } from "node:http";
import { hostname } from "node:os";
import { echoWebSocket } from "./websocket.mjs";

const read = (file, otherwise) => {
  try {
    return readFileSync(new URL(file, import.meta.url), "utf8").trim();
  } catch {
    return otherwise;
  }
};

const release = read("release.txt", "none");
const mode = process.env.MODE ?? read("mode.txt", "ok");
const port = Number(process.env.PORT ?? 3000);
const sockets = new Set();
let stopping = false;

console.log(`release ${release} starts, mode ${mode}`);
if (mode === "exit") {
  console.error(`release ${release} cannot start: the setting DATABASE_URL is missing`);
  process.exit(3);
}

const server = createServer(async (request, response) => {
  const url = new URL(request.url, "http://app");
  response.setHeader("x-release", release);
  response.setHeader("x-instance", hostname());
  // Written before anything else is done with it: what it took on can be told even when it is killed now.
  const id = request.headers["x-request-id"];
  if (id && process.env.LOG_ACCEPTED) writeSync(1, `accepted ${id} by ${hostname()}\n`);
  const answer = (status, body) =>
    response.writeHead(status, { "content-type": "text/plain" }).end(body);
  try {
    if (url.searchParams.has("slow"))
      await new Promise((resolve) => setTimeout(resolve, Number(url.searchParams.get("slow"))));
    if (mode === "500") return answer(500, "broken on purpose");
    if (url.pathname === "/health")
      return mode === "unhealthy" ? answer(503, "not healthy") : answer(200, "ok");
    if (url.pathname === "/echo") return answer(200, await body(request));
    if (url.pathname === "/env")
      return answer(200, process.env[url.searchParams.get("name")] ?? "");
    if (url.pathname === "/headers") return answer(200, JSON.stringify(request.headers));
    if (url.pathname === "/log") {
      for (let i = 1; i <= Number(url.searchParams.get("lines") ?? 1); i++)
        console.log(`${url.searchParams.get("text") ?? "line"} ${i}`);
      return answer(200, "logged");
    }
    if (url.pathname === "/fetch")
      return answer(200, await (await fetch(url.searchParams.get("url"))).text());
    if (url.pathname === "/crash") {
      answer(200, "crashing");
      console.error("crashing on request");
      return void setTimeout(() => process.exit(1), 50);
    }
    return answer(200, `${release}\n`);
  } catch (error) {
    return answer(502, String(error?.cause ?? error));
  }
});

async function body(request) {
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks);
}

server.keepAliveTimeout = 75_000;
server.on("upgrade", (request, socket, head) => {
  sockets.add(socket);
  socket.on("close", () => sockets.delete(socket));
  echoWebSocket(request, socket, head, release);
});

if (mode === "never-listens") setInterval(() => console.log("still thinking"), 1000);
else server.listen(port, "0.0.0.0", () => console.log(`listening on ${port}`));
if (mode === "exit-later")
  setTimeout(() => process.exit(1), Number(process.env.EXIT_AFTER ?? 1500));

// Requests that run are answered; whoever is idle is let go.
process.on("SIGTERM", () => {
  if (stopping) return;
  stopping = true;
  console.log("stopping");
  server.close(() => process.exit(0));
  server.closeIdleConnections();
  for (const socket of sockets) socket.goodbye();
});
