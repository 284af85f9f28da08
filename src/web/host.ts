import { randomBytes, timingSafeEqual } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { Duplex } from "node:stream";
import { RPCHandler } from "@orpc/server/ws";
import { WebSocketServer, type WebSocket } from "ws";
import { FIRST_LOOK_PATH, RAW_WEB_PATH, WEB_CODE_HEADER, WEB_SESSION_PATH, WEB_SOCKET_PATH, WEB_SOCKET_PROTOCOL as PROTOCOL, WEB_TOKEN_HEADER } from "../contract/index.ts";
import { handlerOptions, type CallContext, type WindowRouter } from "../desktop/rpc/handler.ts";
import type { Transfers } from "../desktop/transfers/transfers.ts";
import { readAsset } from "./assets.ts";
import { createCodes, type Codes } from "./codes.ts";
import { firstLook } from "./first-look.ts";
import { pageHeaders } from "./policy.ts";
import { answerRaw } from "./raw.ts";

export type WebHost = {
  port: number;
  token: string;
  url: string;
  /** An address for one page, once and within a minute; `over`: it was used, or can not be any more. */
  invite(): { url: string; over: Promise<void> };
  close(): Promise<void>;
};

/** The window in a browser: loopback only, and only for who knows the token, which travels in the address's fragment. */
export async function createWebHost(options: {
  router: WindowRouter;
  /** The built window. */
  folder: string;
  /** 0: any free one. */
  port?: number;
  handler?: ReturnType<typeof handlerOptions>;
  /** Files that the page takes or brings. */
  transfers?: Pick<Transfers, "offered">;
}): Promise<WebHost> {
  const token = randomBytes(32).toString("base64url");
  const handler = new RPCHandler<CallContext>(options.router, options.handler ?? handlerOptions());
  const codes = createCodes();
  const sockets = new WebSocketServer({ noServer: true, maxPayload: 8 * 1024 * 1024, handleProtocols: chooseProtocol });
  const server = createServer((request, response) => void answer(request, response, { ...options, port, token, codes }));
  server.on("upgrade", (request, socket, head) => {
    if (request.url !== WEB_SOCKET_PATH || !isOurs(request, port, { originNeeded: true }) || !knowsToken(request, token)) return refuse(socket);
    sockets.handleUpgrade(request, socket, head, (opened) => attend(opened, handler));
  });
  await new Promise<void>((listening, failed) => {
    server.once("error", failed);
    server.listen({ host: "127.0.0.1", port: options.port ?? 0 }, listening);
  });
  const port = (server.address() as AddressInfo).port;
  const address = `http://127.0.0.1:${port}/#`;
  return { port, token, url: `${address}token=${token}`, invite, close };

  function invite() {
    const { code, over } = codes.issue();
    return { url: `${address}code=${code}`, over };
  }

  async function close() {
    for (const socket of sockets.clients) socket.terminate();
    server.closeAllConnections();
    await new Promise<void>((closed) => server.close(() => closed()));
  }
}

function attend(socket: WebSocket, handler: RPCHandler<CallContext>): void {
  // A peer that vanished without a word: its streams must not run for ever.
  let answered = true;
  socket.on("pong", () => (answered = true));
  const beat = setInterval(() => {
    if (!answered) return socket.terminate();
    answered = false;
    socket.ping();
  }, 20_000);
  socket.on("close", () => clearInterval(beat));
  socket.on("error", () => socket.terminate());
  void handler.upgrade(socket, { context: {} });
}

type Answering = { router: WindowRouter; folder: string; port: number; token: string; codes: Codes; transfers?: Pick<Transfers, "offered"> };

async function answer(request: IncomingMessage, response: ServerResponse, { router, folder, port, token, codes, transfers }: Answering): Promise<void> {
  const headers = pageHeaders(`'self' ws://127.0.0.1:${port}`);
  const send = (status: number, type: string, body: string | Buffer) => {
    response.writeHead(status, { ...headers, "content-type": type });
    response.end(request.method === "HEAD" ? undefined : body);
  };
  if (!isOurs(request, port, { originNeeded: false })) return send(403, "text/plain; charset=utf-8", "Refused: foreign host or origin.\n");
  if (transfers && request.url?.startsWith(RAW_WEB_PATH)) return answerRaw(transfers, headers, request, response);
  if (request.method === "POST" && request.url === WEB_SESSION_PATH) {
    const code = request.headers[WEB_CODE_HEADER];
    const good = isOurs(request, port, { originNeeded: true }) && typeof code === "string" && codes.take(code);
    return good ? send(200, "text/plain; charset=utf-8", token) : send(403, "text/plain; charset=utf-8", "Refused: the code was used, or is too old.\n");
  }
  if (request.method === "POST" && request.url?.startsWith(FIRST_LOOK_PATH)) {
    const given = request.headers[WEB_TOKEN_HEADER];
    if (!isOurs(request, port, { originNeeded: true }) || typeof given !== "string" || !isSame(given, token)) return send(403, "text/plain; charset=utf-8", "Refused: the token is not this program's.\n");
    const gone = new AbortController();
    response.once("close", () => gone.abort());
    const look = await firstLook(router, request.url.slice(FIRST_LOOK_PATH.length), gone.signal);
    return send(200, "application/json", JSON.stringify(look));
  }
  if (request.method !== "GET" && request.method !== "HEAD") return send(405, "text/plain; charset=utf-8", "Only GET.\n");
  const asset = await readAsset(folder, new URL(request.url ?? "/", "http://localhost").pathname);
  if (!asset) return send(404, "text/plain; charset=utf-8", "Not found.\n");
  send(200, asset.type, asset.body);
}

/** A foreign Host is a rebound name, a foreign Origin is another page: neither gets anything. */
function isOurs(request: IncomingMessage, port: number, { originNeeded }: { originNeeded: boolean }): boolean {
  const { host, origin } = request.headers;
  if (host !== `127.0.0.1:${port}`) return false;
  return origin === `http://127.0.0.1:${port}` || (origin === undefined && !originNeeded);
}

function knowsToken(request: IncomingMessage, token: string): boolean {
  const offered = (request.headers["sec-websocket-protocol"] ?? "").split(",").map((word) => word.trim());
  return offered.some((word) => isSame(word, `${PROTOCOL}.${token}`));
}

/** The time of the look tells nothing of where they differ. */
function isSame(word: string, secret: string): boolean {
  const [given, expected] = [Buffer.from(word), Buffer.from(secret)];
  return given.length === expected.length && timingSafeEqual(given, expected);
}

/** The plain word is answered where it was offered, so that the token is not echoed. */
function chooseProtocol(offered: Set<string>): string | false {
  return offered.has(PROTOCOL) ? PROTOCOL : ([...offered][0] ?? false);
}

function refuse(socket: Duplex): void {
  socket.end("HTTP/1.1 403 Forbidden\r\nconnection: close\r\ncontent-length: 0\r\n\r\n");
}
