import { createRouterClient } from "@orpc/server";
import { fail } from "@aeroplane/agent/contract";
import { expect, test } from "vitest";
import { toWire } from "../rpc/errors.ts";
import type { AgentClient } from "./client.ts";
import { forwardAgent, type Reach } from "./forward.ts";

const broken = Object.assign(new Error("socket hang up"), { code: "ECONNRESET" });

/** An agent whose calls end like this, one after the other. */
function agentThat(...ends: (Error | string)[]) {
  const keys: (string | undefined)[] = [];
  const agent = {
    async call(_path, _input, { context }) {
      keys.push(context.idempotencyKey);
      const end = ends.shift()!;
      if (typeof end !== "string") throw end;
      return [{ id: end }];
    },
  } as Partial<AgentClient> as AgentClient;
  return { agent, keys };
}

function call(reach: ReturnType<Reach>, options: { key?: string; signal?: AbortSignal } = {}) {
  const router = forwardAgent(() => reach);
  const client = createRouterClient(router as never, { context: { server: "s", idempotencyKey: options.key } as never }) as never as { projects: { list(input: object, options: object): Promise<unknown> } };
  return client.projects.list({}, { signal: options.signal }).catch((error: Error & { code?: string }) => error.code ?? (error as never as { problem?: { code: string } }).problem?.code ?? error.name);
}

test("a call whose connection broke is sent once more with the same key", async () => {
  const { agent, keys } = agentThat(broken, "done");
  const other = agentThat("elsewhere");
  expect(await call({ agent, name: "near", back: async () => agent }, { key: "k" })).toEqual([{ id: "done" }]);
  expect(keys).toEqual(["k", "k"]);
  const moved = agentThat(broken);
  expect(await call({ agent: moved.agent, name: "near", back: async () => other.agent })).toEqual([{ id: "elsewhere" }]);
  // The window gave no key: one is made before the first sending.
  expect([other.keys[0], typeof moved.keys[0]]).toEqual([moved.keys[0], "string"]);
});

test("not a third time, not when the server stays away, and not when nobody waits any more", async () => {
  const twice = agentThat(broken, broken, "too late");
  expect(await call({ agent: twice.agent, name: "near", back: async () => twice.agent })).toBe("SERVER_OFFLINE");
  const away = agentThat(broken, "too late");
  expect(await call({ agent: away.agent, name: "near", back: async () => null })).toBe("SERVER_OFFLINE");
  const left = new AbortController();
  const cancelled = agentThat(broken, "too late");
  const back = async () => (left.abort(), cancelled.agent);
  expect(await call({ agent: cancelled.agent, name: "near", back }, { signal: left.signal })).not.toEqual([{ id: "too late" }]);
  expect([twice, away, cancelled].map(({ keys }) => keys.length)).toEqual([2, 1, 1]);
});

test("an answer of the agent is an answer, also when it is a failure", async () => {
  const { agent, keys } = agentThat(toWire(fail("NAME_TAKEN", { name: "shop", what: "project" })) as Error, "too late");
  expect(await call({ agent, name: "near", back: async () => agent })).toBe("NAME_TAKEN");
  expect(keys.length).toBe(1);
});
