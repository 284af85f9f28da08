import { randomUUID } from "node:crypto";
import { hostname } from "node:os";
import { agentContract, DESKTOP_HEADER, IDEMPOTENCY_HEADER, KEY_HEADER, type AgentContract } from "@aeroplane/agent/contract";
import { createORPCClient } from "@orpc/client";
import { RPCLink } from "@orpc/client/fetch";
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
  const link = new RPCLink<AgentCallContext>({
    url: "http://agent/rpc",
    fetch: (request, _init, { context }, path) => over.send(request, context.beat ? "beat" : known.get(path.join("."))?.streams ? "stream" : "call"),
    headers: ({ context }, path) => ({
      [DESKTOP_HEADER]: encodeURIComponent(hostname()).slice(0, 200),
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
