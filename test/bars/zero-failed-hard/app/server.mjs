// Answers like the sample app and has besides what stands for long: events, a WebSocket, large uploads.
import { createHash } from "node:crypto";
import { createServer } from "node:http";
import { hostname } from "node:os";
import { echoWebSocket } from "./websocket.mjs";

const release = process.env.AEROPLANE_RELEASE_ID;
const streams = new Set();

/** Whoever leaves in the middle takes nobody else along. */
const server = createServer({ requestTimeout: 0 }, (request, response) => void answer(request, response).catch(() => response.destroy()));

async function answer(request, response) {
  const url = new URL(request.url, "http://app");
  response.setHeader("x-instance", hostname());
  response.setHeader("x-release", release);
  if (url.pathname === "/events") return events(response);
  if (url.pathname === "/take") return response.end(JSON.stringify(await taken(request)));
  const body = Buffer.concat(await request.toArray());
  await new Promise((resolve) => setTimeout(resolve, Number(url.searchParams.get("slow") ?? 0)));
  response.end(body);
}

async function taken(request) {
  const hash = createHash("sha256");
  let bytes = 0;
  for await (const part of request) {
    hash.update(part);
    bytes += part.length;
  }
  return { bytes, sha256: hash.digest("hex") };
}

function events(response) {
  response.writeHead(200, { "content-type": "text/event-stream", "cache-control": "no-cache" });
  let number = 0;
  const next = () => response.write(`data: ${number++}\n\n`);
  next();
  const going = setInterval(next, 100);
  const stream = {
    goodbye() {
      clearInterval(going);
      response.end("event: goodbye\ndata:\n\n");
    },
  };
  streams.add(stream);
  response.on("close", () => {
    clearInterval(going);
    streams.delete(stream);
  });
}

server.keepAliveTimeout = 75_000;
server.on("upgrade", (request, socket, head) => {
  streams.add(socket);
  socket.on("close", () => streams.delete(socket));
  echoWebSocket(request, socket, head, release);
});
server.listen(3000, "0.0.0.0");

process.on("SIGTERM", () => {
  server.close(() => process.exit(0));
  server.closeIdleConnections();
  for (const stream of streams) stream.goodbye();
});
