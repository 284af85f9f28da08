import { randomUUID } from "node:crypto";
import { hostname } from "node:os";
import { agentContract, describe, DESKTOP_HEADER, IDEMPOTENCY_HEADER, KEY_HEADER, type AgentContract } from "@aeroplane/agent/contract";
import { createORPCClient } from "@orpc/client";
import { LinkFetchClient } from "@orpc/client/fetch";
import { StandardRPCLink, type StandardLinkClient } from "@orpc/client/standard";
import type { ContractRouterClient } from "@orpc/contract";
import { asWire } from "../rpc/errors.ts";
import { createWhole } from "./bounded.ts";
import { procedures } from "./procedures.ts";
import { RAW_STREAMS, createTurns } from "@aeroplane/agent/lane";
import { socketFetch, type Asked, type Exchange, type OpenSocket } from "./http.ts";

/** `beat`: asked only to hear whether it lives. */
export type AgentCallContext = { idempotencyKey?: string; beat?: boolean };
export type AgentClient = {
  client: ContractRouterClient<AgentContract, AgentCallContext>;
  call(path: readonly string[], input: unknown, options: { signal?: AbortSignal; context: AgentCallContext }): Promise<unknown>;
  /** Bodies beside the calls. */
  raw: {
    /** Waits until there are fewer than two; answers what lets the next one go. */
    turn(signal: AbortSignal): Promise<() => void>;
    exchange(request: Omit<Asked, "body">): Exchange;
  };
  /** Whether something of it is being watched. */
  inUse(): boolean;
  close(): void;
};

const known = new Map(procedures(agentContract).map((procedure) => [procedure.path.join("."), procedure]));

/** One server's agent, over whatever opens a connection to its socket; `onDoubt`: see http.ts. */
export function createAgentClient(open: OpenSocket, { key, ...options }: { onDoubt?: () => void; /** The own key, for the audit trail. */ key?: string | null } = {}): AgentClient {
  const over = socketFetch(open, options);
  const link = new StandardRPCLink<AgentCallContext>(sender(over), {
    url: "http://agent/rpc",
    headers: ({ context }, path) => ({
      [DESKTOP_HEADER]: desktop,
      ...(key ? { [KEY_HEADER]: key } : {}),
      // Made here when the window gave none, so that a repeated delivery of this very call is one act.
      ...(known.get(path.join("."))?.mutates ? { [IDEMPOTENCY_HEADER]: context.idempotencyKey ?? randomUUID() } : {}),
    }),
  });
  return {
    client: createORPCClient(link),
    call: (path, input, options) => link.call([...path], input, options),
    raw: { turn: createTurns(RAW_STREAMS), exchange: (request) => over.exchange({ ...request, headers: { ...request.headers, [DESKTOP_HEADER]: desktop } }) },
    inUse: over.inUse,
    close: over.close,
  };
}

const desktop = encodeURIComponent(hostname()).slice(0, 200);

/** Streams as a fetch of the web; plain calls, which are most, without its requests and streams: they cost more than the rest of a call. */
function sender(over: ReturnType<typeof socketFetch>): StandardLinkClient<AgentCallContext> {
  const whole = createWhole();
  const streams = new LinkFetchClient<AgentCallContext>({
    async fetch(request) {
      const answer = await over.send(request, "stream");
      if (!isUnknown(answer.status, answer.headers.get("content-type"))) return answer;
      const path = new URL(request.url).pathname.split("/").slice(2);
      return new Response(JSON.stringify(unknownHere(path)), { status: answer.status, headers: { "content-type": "application/json" } });
    },
  });
  return {
    async call(request, options, path, input) {
      if (known.get(path.join("."))?.streams || !isJson(request.body)) return streams.call(request, options, path, input);
      const { method, url, headers, signal } = request;
      const body = Buffer.from(JSON.stringify(request.body));
      const asked = { method, path: url.pathname + url.search, headers: { ...headers, "content-type": "application/json" }, body, signal };
      const answer = await over.ask(asked, options.context.beat ? "beat" : "call");
      const told = await whole(answer);
      if (isUnknown(answer.statusCode, answer.headers["content-type"])) return { status: 404, headers: {}, body: async () => unknownHere(path) };
      return { status: answer.statusCode ?? 502, headers: answer.headers, body: async () => (told === "" ? undefined : JSON.parse(told)) };
    },
  };
}

/** What an agent answers whose router has no such procedure: one of the same protocol that is older than this app. */
const isUnknown = (status: number | undefined, type: string | null | undefined) => status === 404 && !type?.startsWith("application/json");
const unknownHere = (path: readonly string[]) => ({ json: asWire(describe("PROCEDURE_UNKNOWN", { procedure: path.join(".") })).toJSON(), meta: [] });

const isJson = (body: unknown): boolean => typeof body === "object" && body !== null && !(body instanceof Blob || body instanceof FormData || body instanceof URLSearchParams) && !(Symbol.asyncIterator in body);
