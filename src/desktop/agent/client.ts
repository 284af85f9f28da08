import { randomUUID } from "node:crypto";
import { hostname } from "node:os";
import type { IncomingMessage } from "node:http";
import { agentContract, DESKTOP_HEADER, IDEMPOTENCY_HEADER, KEY_HEADER, type AgentContract } from "@aeroplane/agent/contract";
import { createORPCClient } from "@orpc/client";
import { LinkFetchClient } from "@orpc/client/fetch";
import { StandardRPCLink, type StandardLinkClient } from "@orpc/client/standard";
import type { ContractRouterClient } from "@orpc/contract";
import { procedures } from "./procedures.ts";
import { socketFetch, type OpenSocket } from "./http.ts";

/** `beat`: asked only to hear whether it lives. */
export type AgentCallContext = { idempotencyKey?: string; beat?: boolean };
export type AgentClient = {
  client: ContractRouterClient<AgentContract, AgentCallContext>;
  call(path: readonly string[], input: unknown, options: { signal?: AbortSignal; context: AgentCallContext }): Promise<unknown>;
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
    inUse: over.inUse,
    close: over.close,
  };
}

const desktop = encodeURIComponent(hostname()).slice(0, 200);

function whole(answer: IncomingMessage): Promise<string> {
  return new Promise((resolve, reject) => {
    let told = "";
    answer.setEncoding("utf8").on("data", (text: string) => (told += text));
    answer.on("end", () => resolve(told));
    answer.on("error", reject);
  });
}

/** Streams as a fetch of the web; plain calls, which are most, without its requests and streams: they cost more than the rest of a call. */
function sender(over: ReturnType<typeof socketFetch>): StandardLinkClient<AgentCallContext> {
  const streams = new LinkFetchClient<AgentCallContext>({ fetch: (request) => over.send(request, "stream") });
  return {
    async call(request, options, path, input) {
      if (known.get(path.join("."))?.streams || !isJson(request.body)) return streams.call(request, options, path, input);
      const { method, url, headers, signal } = request;
      const body = Buffer.from(JSON.stringify(request.body));
      const asked = { method, path: url.pathname + url.search, headers: { ...headers, "content-type": "application/json" }, body, signal };
      const answer = await over.ask(asked, options.context.beat ? "beat" : "call");
      const told = await whole(answer);
      return { status: answer.statusCode ?? 502, headers: answer.headers, body: async () => (told === "" ? undefined : JSON.parse(told)) };
    },
  };
}

const isJson = (body: unknown): boolean => typeof body === "object" && body !== null && !(body instanceof Blob || body instanceof FormData || body instanceof URLSearchParams) && !(Symbol.asyncIterator in body);
