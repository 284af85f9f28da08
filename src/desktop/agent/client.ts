import { randomUUID } from "node:crypto";
import { hostname } from "node:os";
import { agentContract, DESKTOP_HEADER, IDEMPOTENCY_HEADER, type AgentContract } from "@aeroplane/agent/contract";
import { createORPCClient } from "@orpc/client";
import { RPCLink } from "@orpc/client/fetch";
import type { ContractRouterClient } from "@orpc/contract";
import { procedures } from "./procedures.ts";
import { socketFetch, type OpenSocket } from "./http.ts";

export type AgentCallContext = { idempotencyKey?: string };
export type AgentClient = {
  client: ContractRouterClient<AgentContract, AgentCallContext>;
  call(path: readonly string[], input: unknown, options: { signal?: AbortSignal; context: AgentCallContext }): Promise<unknown>;
  close(): void;
};

const known = new Map(procedures(agentContract).map((procedure) => [procedure.path.join("."), procedure]));

/** One server's agent, over whatever opens a connection to its socket. */
export function createAgentClient(open: OpenSocket): AgentClient {
  const over = socketFetch(open);
  const link = new RPCLink<AgentCallContext>({
    url: "http://agent/rpc",
    fetch: (request, _init, _options, path) => over.send(request, { streaming: known.get(path.join("."))?.streams ?? false }),
    headers: ({ context }, path) => ({
      [DESKTOP_HEADER]: encodeURIComponent(hostname()).slice(0, 200),
      // Made here when the window gave none, so that a repeated delivery of this very call is one act.
      ...(known.get(path.join("."))?.mutates ? { [IDEMPOTENCY_HEADER]: context.idempotencyKey ?? randomUUID() } : {}),
    }),
  });
  return {
    client: createORPCClient(link),
    call: (path, input, options) => link.call([...path], input, options),
    close: over.close,
  };
}
