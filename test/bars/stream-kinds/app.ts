// An app that answers in every way that HTTP/1.1 knows; what it tells does not say which of its releases it is.
import { createHash } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { WebSocketServer } from "ws";
import type { RouteTarget } from "../../../agent/src/caddy/index.ts";
import type { BarContext } from "../frame.ts";
import { drained } from "./drained.ts";

/** Bytes of a body of which every place is another, so that a lost or doubled part shows. */
export function block(at: number, size: number): Buffer {
  const bytes = Buffer.alloc(size, 0);
  for (let offset = 0; offset + 4 <= size; offset += 4) bytes.writeUInt32LE((Math.imul(at + 1, 2_654_435_761) + offset) >>> 0, offset);
  return bytes;
}
export const BLOCK = 65_536;

type Answers = Record<string, (request: IncomingMessage, response: ServerResponse, query: URLSearchParams) => void | Promise<void>>;

export type App = { target: Extract<RouteTarget, { type: "app" }>; port: number; /** Visitors who left before the end, by path. */ left: string[] };

export async function startApp({ cleanup }: BarContext, releaseId: string): Promise<App> {
  const left: string[] = [];
  // As large and as patient as the edge says it is.
  const server = createServer({ maxHeaderSize: 1_048_576, requestTimeout: 0 });
  const sockets = new WebSocketServer({ noServer: true });
  const answer = (request: IncomingMessage, response: ServerResponse) => {
    const url = new URL(request.url ?? "/", "http://app.test");
    response.on("close", () => void (response.writableFinished || left.push(url.searchParams.get("who") ?? url.pathname)));
    const told = answers[url.pathname] ?? (() => void response.writeHead(404).end());
    void Promise.resolve(told(request, response, url.searchParams)).catch(() => response.destroy());
  };
  server.on("request", answer);
  server.on("checkContinue", (request: IncomingMessage, response: ServerResponse) => {
    if (request.url?.startsWith("/refuse")) return void response.writeHead(401, { "content-length": 2 }).end("no");
    response.writeContinue();
    answer(request, response);
  });
  server.on("upgrade", (request, socket, head) => {
    if (!request.url?.startsWith("/ws")) return void socket.end("HTTP/1.1 403 Forbidden\r\nContent-Length: 2\r\nConnection: close\r\n\r\nno");
    sockets.handleUpgrade(request, socket, head, (ws) => ws.on("message", (data, binary) => ws.send(data as Buffer, { binary })));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  cleanup(() => server.closeAllConnections());
  cleanup(() => void server.close());
  cleanup(() => sockets.clients.forEach((client) => client.terminate()));
  const { port } = server.address() as AddressInfo;
  return { target: { type: "app", addresses: ["127.0.0.1"], port, releaseId }, port, left };
}

const answers: Answers = {
  async "/events"(_, response, query) {
    response.writeHead(200, { "content-type": "text/event-stream", "cache-control": "no-cache" });
    response.write("data: first\n\n");
    await sleep(Number(query.get("milliseconds")));
    response.end("data: after the silence\n\n");
  },
  async "/take"(request, response) {
    const hash = createHash("sha256");
    let bytes = 0;
    for await (const part of request as AsyncIterable<Buffer>) {
      hash.update(part);
      bytes += part.length;
    }
    response.writeHead(200, { "content-type": "application/json" });
    response.end(JSON.stringify({ bytes, sha256: hash.digest("hex"), length: request.headers["content-length"] ?? null, trailers: request.trailers }));
  },
  async "/give"(_, response, query) {
    const blocks = Number(query.get("blocks"));
    response.writeHead(200, query.has("length") ? { "content-length": blocks * BLOCK } : {});
    for (let at = 0; at < blocks && !response.destroyed; at += 1) if (!response.write(block(at, BLOCK))) await drained(response);
    response.end();
  },
  "/trailers"(_, response) {
    response.writeHead(200, { trailer: "X-Sum, X-Other", "content-type": "text/plain" });
    response.write("body");
    response.addTrailers({ "X-Sum": "abc", "X-Other": "def" });
    response.end();
  },
  "/headers"(request, response, query) {
    const size = Number(query.get("answer"));
    response.writeHead(200, { "x-large": "y".repeat(size), "set-cookie": ["a=1", "b=2"] });
    response.end(JSON.stringify({ large: (request.headers["x-large"] as string | undefined)?.length ?? 0, cookie: request.headers.cookie ?? null }));
  },
  "/plain": (_, response) => void response.writeHead(200, { "content-length": 5 }).end("plain"),
  "/parts": async (_, response) => {
    response.write("one ");
    await sleep(100);
    response.end("two");
  },
  "/order": async (_, response, query) => {
    await sleep(Number(query.get("milliseconds")));
    response.end(`answer ${query.get("number")}`);
  },
  "/nothing": (_, response) => void response.writeHead(204).end(),
  "/unchanged": (_, response) => void response.writeHead(304, { etag: '"e"' }).end(),
  "/hints": (_, response) => {
    response.writeEarlyHints({ link: "</style.css>; rel=preload; as=style" });
    response.end("hinted");
  },
  "/gzip": (_, response) => void response.writeHead(200, { "content-encoding": "gzip", "content-length": 4 }).end(Buffer.from([31, 139, 8, 0])),
  "/broken": async (_, response) => {
    response.writeHead(200, { "content-length": 100 });
    response.write("half of it");
    await sleep(100);
    response.destroy();
  },
  "/broken-parts": async (_, response) => {
    response.write("half of it");
    await sleep(100);
    response.destroy();
  },
  async "/wait"(_, response) {
    response.write("waiting");
    await closed(response);
  },
  "/refuse": (_, response) => void response.writeHead(401).end("no"),
};

const closed = (response: ServerResponse) => new Promise<void>((resolve) => (response.destroyed ? resolve() : response.once("close", resolve)));
