// A few procedures of the agent, made to be watched: what the far end of every transport talks to.
import { createServer } from "node:http";
import { once } from "node:events";
import { agentContract, fail, PROTOCOL_VERSION } from "@aeroplane/agent/contract";
import { createRouterClient, implement } from "@orpc/server";
import { RPCHandler } from "@orpc/server/node";
import { procedures } from "../../src/desktop/agent/procedures.ts";
import type { AgentClient } from "../../src/desktop/agent/client.ts";
import { toWire } from "../../src/desktop/rpc/errors.ts";

type Seen = { idempotencyKey?: string; desktop?: string };
type Context = { seen: Seen };

export const ID = "01a20000-0000-7000-8000-000000000001";
export const TOTAL = 20_000;
const PAD = "x".repeat(16 * 1024);

export type FakeAgent = ReturnType<typeof createFakeAgent>;

export function createFakeAgent() {
  /** What the log stream did so far, over all its runs. */
  const stream = { produced: 0, running: 0, ended: 0 };
  const calls: { path: string; seen: Seen }[] = [];
  const on = implement(agentContract).$context<Context>();
  const project = (name: string) => ({ id: ID, name, environments: [{ id: ID, name: "production", serviceCount: 0, createdAt: 1 }], serviceCount: 0, createdAt: 1 });

  async function* lines(after: string | undefined, signal: AbortSignal | undefined) {
    stream.running += 1;
    try {
      for (let line = Number(after ?? 0); line < TOTAL && !signal?.aborted; line += 1) {
        stream.produced += 1;
        yield { cursor: String(line + 1), lines: [{ at: 1, stream: "out" as const, from: ID, text: `${line} ${PAD}` }] };
        // Lets an abort be seen between two batches, as a real file does.
        await new Promise((next) => setImmediate(next));
      }
    } finally {
      stream.running -= 1;
      stream.ended += 1;
    }
  }

  const router = {
    instance: {
      hello: on.instance.hello.handler(() => ({
        instanceId: ID, agentVersion: "0.0.0", protocolVersion: PROTOCOL_VERSION, nodeVersion: "24", hostname: "fake", os: "none",
        arch: "x64", httpPort: 80, startedAt: 1, startsAtBoot: false,
      })),
    },
    projects: {
      list: on.projects.list.handler(() => [project("shop")]),
      create: on.projects.create.handler(({ input, context }) => {
        calls.push({ path: "projects.create", seen: context.seen });
        if (input.name === "taken") throw fail("NAME_TAKEN", { name: input.name, what: "project" });
        if (input.name === "defect") throw new TypeError("A defect of the agent");
        return project(input.name);
      }),
    },
    services: {
      logs: on.services.logs.handler(({ input, signal }) => lines(input.after, signal)),
    },
    deployments: {
      // eslint-disable-next-line require-yield -- fails in the middle of a stream
      log: on.deployments.log.handler(async function* () {
        yield { cursor: "1", lines: [] };
        throw fail("DISK_FULL", { path: "/var", free: "0 bytes" });
      }),
    },
  };

  const interceptors = [
    async ({ next }: { next: () => Promise<unknown> }) => {
      try {
        const output = await next();
        return isStream(output) ? wireErrors(output) : output;
      } catch (error) {
        throw toWire(error);
      }
    },
  ];

  /** As the real one: HTTP on a unix socket. */
  async function listen(path: string): Promise<() => Promise<void>> {
    const handler = new RPCHandler<Context>(router as never, { clientInterceptors: interceptors as never });
    const server = createServer((request, response) => {
      const one = (name: string) => request.headers[name] as string | undefined;
      const seen: Seen = { idempotencyKey: one("x-idempotency-key"), desktop: one("x-aeroplane-desktop") };
      void handler.handle(request, response, { prefix: "/rpc", context: { seen } });
    });
    server.listen(path);
    await once(server, "listening");
    return async () => {
      server.closeAllConnections();
      await new Promise((closed) => server.close(closed));
    };
  }

  /** Without any wire at all. */
  function inProcess(): AgentClient {
    return {
      client: null as never,
      raw: null as never,
      inUse: () => false,
      close: () => {},
      call(path, input, { signal, context }) {
        const seen: Seen = { idempotencyKey: context.idempotencyKey ?? "in-process", desktop: "in-process" };
        const client = createRouterClient(router as never, { context: { seen } as never, interceptors: interceptors as never });
        const procedure = path.reduce<unknown>((at, name) => (at as Record<string, unknown>)[name], client);
        return (procedure as (input: unknown, options: object) => Promise<unknown>)(input, { signal });
      },
    };
  }

  return { stream, calls, listen, inProcess };
}

export const everyProcedure = procedures(agentContract).map(({ path }) => path.join("."));

function isStream(output: unknown): output is AsyncIterator<unknown> {
  return typeof output === "object" && output !== null && Symbol.asyncIterator in output;
}

async function* wireErrors(source: AsyncIterator<unknown>) {
  try {
    for (let result = await source.next(); !result.done; result = await source.next()) yield result.value;
  } catch (error) {
    throw toWire(error);
  } finally {
    await source.return?.();
  }
}
