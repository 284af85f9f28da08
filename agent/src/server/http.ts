import { createServer, type IncomingMessage, type Server } from "node:http";
import { ORPCError } from "@orpc/server";
import { RPCHandler } from "@orpc/server/node";
import { DESKTOP_HEADER, IDEMPOTENCY_HEADER, KEY_HEADER } from "../../contract/index.ts";
import type { AgentRouter } from "../api/router.ts";

const MAX_BODY = 20 * 1024 * 1024;
/** An idle channel of a desktop costs little; closing it under a request that is on its way costs that request. */
const KEEP_ALIVE_MS = 10 * 60 * 1000;

/** The contract at /rpc for one login, which is whoever could open the socket; `personOf`: which of its people this connection is. */
export function createRpcServer(router: AgentRouter, login: string | null, personOf: (socket: IncomingMessage["socket"]) => string | null = () => null): Server {
  const handler = new RPCHandler(router, { strictGetMethodPluginEnabled: false });
  const server = createServer((request, response) => {
    if (request.method !== "POST") return void response.writeHead(405, { allow: "POST" }).end();
    Object.assign(request, { body: readJson(request) });
    const header = (name: string) => {
      const value = request.headers[name];
      return typeof value === "string" && value !== "" ? value.slice(0, 256) : null;
    };
    const personId = personOf(request.socket);
    // What an owner's desktop says of its key is its own claim; a person's key is known from the store.
    const claimedKey = personId === null ? header(KEY_HEADER) : null;
    const context = { login, personId, claimedKey, desktop: header(DESKTOP_HEADER), key: header(IDEMPOTENCY_HEADER) };
    handler
      .handle(request, response, { prefix: "/rpc", context })
      .then(({ matched }) => {
        if (!matched) response.writeHead(404, { "content-type": "text/plain" }).end("Not found\n");
      })
      .catch(() => response.destroy());
  });
  server.keepAliveTimeout = KEEP_ALIVE_MS;
  server.headersTimeout = 60_000;
  server.requestTimeout = 0;
  return server;
}

/** By events, where the framework would read by iterators: those cost a small call more than all else that is done for it. */
function readJson(request: IncomingMessage): Promise<unknown> {
  const body = new Promise<unknown>((resolve, reject) => {
    const parts: Buffer[] = [];
    let size = 0;
    request.on("data", (part: Buffer) => {
      size += part.length;
      if (size <= MAX_BODY) parts.push(part);
      else reject(new ORPCError("PAYLOAD_TOO_LARGE"));
    });
    request.on("end", () => {
      try {
        resolve(size === 0 ? undefined : JSON.parse(Buffer.concat(parts).toString()));
      } catch (error) {
        reject(error as Error);
      }
    });
    request.on("error", reject);
  });
  // A call that is refused before its input is read leaves it to nobody.
  body.catch(() => {});
  return body;
}
