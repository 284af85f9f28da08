import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { DESKTOP_HEADER, IDEMPOTENCY_HEADER, KEY_HEADER, RAW_PATH } from "../../contract/index.ts";
import type { Admit } from "../api/admit.ts";
import { toWire } from "../api/errors.ts";
import type { AgentRouter } from "../api/router.ts";
import type { Caller } from "../api/who.ts";
import type { ReadBody } from "./bodies.ts";
import { createCallHandler } from "./wire.ts";

/** An idle channel of a desktop costs little; closing it under a request that is on its way costs that request. */
const KEEP_ALIVE_MS = 10 * 60 * 1000;
const RPC = "/rpc/";

/** What is served: calls of the contract, and what goes beside them. */
export type Served = {
  router: AgentRouter;
  admit: Admit;
  readBody: ReadBody;
  raw(caller: Caller, request: IncomingMessage, response: ServerResponse): Promise<void>;
};

/** For one login, which is whoever could open the socket; `personOf`: which of its people this connection is. */
export function createAgentServer({ router, admit, readBody, raw }: Served, login: string | null, personOf: (socket: IncomingMessage["socket"]) => string | null = () => null): Server {
  const handler = createCallHandler(router);

  function callerOf(request: IncomingMessage): Caller {
    const header = (name: string) => {
      const value = request.headers[name];
      return typeof value === "string" && value !== "" ? value.slice(0, 256) : null;
    };
    const personId = personOf(request.socket);
    // What an owner's desktop says of its key is its own claim; a person's key is known from the store.
    const claimedKey = personId === null ? header(KEY_HEADER) : null;
    return { login, personId, claimedKey, desktop: header(DESKTOP_HEADER), key: header(IDEMPOTENCY_HEADER) };
  }

  function call(request: IncomingMessage, response: ServerResponse): void {
    if (request.method !== "POST") return void response.writeHead(405, { allow: "POST" }).end();
    const context = callerOf(request);
    const path = (request.url ?? "").split("?")[0]!.slice(RPC.length).split("/");
    try {
      const admitted = request.url?.startsWith(RPC) ? admit(context, path) : null;
      if (admitted === null) return notFound(response);
      const body = readBody(request, admitted.largest, context.personId ?? null);
      // What is refused before all of it has come must not hold its connection; and a call may be refused before its input is asked for.
      body.catch(() => (response.shouldKeepAlive = false));
      Object.assign(request, { body });
    } catch (error) {
      return refuse(response, error);
    }
    handler
      .handle(request, response, { prefix: "/rpc", context })
      .then(({ matched }) => {
        if (!matched) notFound(response);
      })
      .catch(() => response.destroy());
  }

  const server = createServer((request, response) => {
    if (request.url?.startsWith(RAW_PATH)) raw(callerOf(request), request, response).catch(() => response.destroy());
    else call(request, response);
  });
  server.keepAliveTimeout = KEEP_ALIVE_MS;
  server.headersTimeout = 60_000;
  server.requestTimeout = 0;
  return server;
}

const notFound = (response: ServerResponse) => void response.writeHead(404, { "content-type": "text/plain" }).end("Not found\n");

/** In the words of the wire, with the body unread: a connection that may be full of it is not used again. */
function refuse(response: ServerResponse, error: unknown): void {
  const wire = toWire(error);
  response.writeHead(wire.status, { "content-type": "application/json", connection: "close" }).end(JSON.stringify({ json: wire.toJSON(), meta: [] }));
}
