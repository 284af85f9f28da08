import { randomUUID } from "node:crypto";
import { agentContract, fail, Failure, wireErrors } from "@aeroplane/agent/contract";
import { ORPCError, os } from "@orpc/server";
import { isAbort } from "../rpc/errors.ts";
import type { CallContext } from "../rpc/handler.ts";
import type { AgentClient } from "./client.ts";
import { streamWithErrors } from "../rpc/stream-errors.ts";

/** The agent of the named server, and the words for it when it is not there. */
export type Reach = (serverId: string | undefined) => {
  agent: AgentClient | null;
  name: string;
  /** The agent once it answers again, which may be the same; null when that takes longer than so many milliseconds. */
  back?: (within: number) => Promise<AgentClient | null>;
};

/** A call whose connection broke is sent once more if there is another one within this time; later it would surprise. */
const RESEND_WITHIN = 5000;

/** Every agent procedure, passed on untouched: it is checked where it is done, not in the middle. */
export function forwardAgent(reach: Reach) {
  const forwarded = (path: readonly string[]) =>
    os.$context<CallContext>().errors(wireErrors).handler(async ({ input, context, signal }) => {
      const { agent, name, back } = reach(context.server);
      if (!agent) throw fail("SERVER_OFFLINE", { server: name });
      // One key for both sendings: whether the first one arrived or not, it is one act.
      const call = { signal, context: { idempotencyKey: context.idempotencyKey ?? randomUUID() } };
      try {
        const output = await agent.call(path, input, call).catch(async (error) => {
          const again = isAnswer(error) || signal?.aborted ? null : await back?.(RESEND_WITHIN);
          if (!again || signal?.aborted) throw error;
          return again.call(path, input, call);
        });
        return isStream(output) ? streamWithErrors(output, (error) => onTheWay(error, name)) : output;
      } catch (error) {
        throw onTheWay(error, name);
      }
    });
  const walk = (contract: object, path: string[]): unknown =>
    "~orpc" in contract ? forwarded(path) : Object.fromEntries(Object.entries(contract).map(([key, child]) => [key, walk(child as object, [...path, key])]));
  return walk(agentContract, []) as Record<string, Record<string, ReturnType<typeof forwarded>>>;
}

/** What is not an answer of the agent broke on the way to it. */
function onTheWay(error: unknown, server: string): unknown {
  if (isTooLarge(error)) return fail("ANSWER_TOO_LARGE", { server, limit: String(error.problem.values["limit"]) }, { cause: error });
  if (isAnswer(error)) return error;
  return fail("SERVER_OFFLINE", { server }, { cause: error, detail: error instanceof Error ? error.message : String(error) });
}

function isAnswer(error: unknown): boolean {
  return error instanceof ORPCError || isTooLarge(error) || isAbort(error);
}

/** It would be too large again. */
function isTooLarge(error: unknown): error is Failure {
  return error instanceof Failure && error.problem.code === "ANSWER_TOO_LARGE";
}

function isStream(output: unknown): output is AsyncIterator<unknown> {
  return typeof output === "object" && output !== null && Symbol.asyncIterator in output;
}
