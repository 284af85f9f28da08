import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { CREDIT_WINDOW } from "../../src/contract/index.ts";
import { forwardAgent } from "../../src/desktop/agent/forward.ts";
import { everyProcedure, ID, TOTAL } from "./fake-agent.ts";
import { hasSshd } from "./sshd.ts";
import { OFFLINE, ONLINE, transports, type Way } from "./transports.ts";

const near = { context: { serverId: ONLINE } };

test("every procedure of the agent is forwarded", () => {
  const router = forwardAgent(() => ({ agent: null, name: "" }));
  expect(Object.entries(router).flatMap(([group, children]) => Object.keys(children).map((name) => `${group}.${name}`))).toEqual(everyProcedure);
});

for (const transport of transports) {
  describe.skipIf(transport.name === "SSH" && !hasSshd)(transport.name, () => {
    let way: Way;
    beforeAll(async () => void (way = await transport.open()));
    afterAll(() => way?.close());

    test("a call arrives with its identity and comes back whole", async () => {
      const project = await way.client.agent.projects.create({ name: "shop" }, near);
      expect(project).toEqual({ id: ID, name: "shop", environments: [{ id: ID, name: "production", serviceCount: 0, createdAt: 1 }], serviceCount: 0, createdAt: 1 });
      expect(way.agent.calls.at(-1)).toEqual({ path: "projects.create", seen: { idempotencyKey: expect.any(String), desktop: expect.any(String) } });
    });

    test("a typed failure arrives with its data", async () => {
      const error = await failure(way.client.agent.projects.create({ name: "taken" }, near));
      expect({ defined: error.defined, code: error.code, status: error.status, data: error.data }).toEqual({
        defined: true,
        code: "NAME_TAKEN",
        status: 409,
        data: {
          code: "NAME_TAKEN",
          message: "The name taken is already used by another project.",
          next: "Choose another name.",
          retry: false,
          values: { name: "taken", what: "project" },
        },
      });
    });

    test("a defect arrives as what it is", async () => {
      const error = await failure(way.client.agent.projects.create({ name: "defect" }, near));
      expect(error).toMatchObject({ code: "UNEXPECTED", data: { message: "An unknown failure: A defect of the agent." } });
    });

    test("input is refused by its field, by the desktop and by the agent", async () => {
      const byDesktop = await failure(way.client.prompts.answer({ id: 3 } as never));
      const byAgent = await failure(way.client.agent.projects.create({ name: "a\u0000b" }, near));
      expect([byDesktop, byAgent]).toMatchObject([
        { code: "INVALID_INPUT", data: { values: { field: "id" } } },
        { code: "INVALID_INPUT", data: { values: { field: "name", why: "Control characters are not allowed" } } },
      ]);
    });

    test("a server that is away, or unknown, is told by name", async () => {
      const away = await failure(way.client.agent.projects.list({}, { context: { serverId: OFFLINE } }));
      const unknown = await failure(way.client.agent.projects.list({}, { context: { serverId: "nobody" } }));
      expect([away, unknown]).toMatchObject([
        { code: "SERVER_OFFLINE", data: { message: "far is not connected." } },
        { code: "NOT_FOUND", data: { values: { what: "server", id: "nobody" } } },
      ]);
    });

    test("a stream resumes at its cursor, without a gap or a repetition", async () => {
      const seen: string[] = [];
      let after: string | undefined;
      for (const [round, count] of [100, 7, 90].entries()) {
        const stream = await way.client.agent.services.logs({ id: ID, after }, near);
        let left = count;
        for await (const batch of stream) {
          seen.push(batch.lines[0]!.text.split(" ")[0]!);
          after = batch.cursor;
          if (--left === 0) break;
        }
        expect(seen.length, `round ${round}`).toBe([100, 107, 197][round]);
      }
      expect(seen).toEqual(Array.from({ length: 197 }, (_, line) => String(line)));
      await until(() => way.agent.stream.running === 0);
    });

    test("a cancel ends the generator at the far end", async () => {
      const controller = new AbortController();
      const ended = way.agent.stream.ended;
      const stream = await way.client.agent.services.logs({ id: ID }, { ...near, signal: controller.signal });
      await stream.next();
      expect(way.agent.stream.running).toBe(1);
      controller.abort();
      await until(() => way.agent.stream.running === 0);
      expect(way.agent.stream.ended).toBe(ended + 1);
      await until(() => way.openStreams() === 0);
    });

    test("a failure in the middle of a stream arrives with its data", async () => {
      const stream = await way.client.agent.deployments.log({ id: ID }, near);
      const first = await stream.next();
      const error = await failure(stream.next());
      expect([(first.value as { cursor: string }).cursor, error]).toMatchObject(["1", { code: "DISK_FULL", data: { values: { path: "/var", free: "0 bytes" } } }]);
    });

    test("a window that stops reading stops the producer, and reading on brings all", async () => {
      const before = way.agent.stream.produced;
      const produced = () => way.agent.stream.produced - before;
      const stream = await way.client.agent.services.logs({ id: ID }, near);
      await stream.next();
      // A clock of round trips instead of seconds: by then a producer without a brake would be far ahead.
      const clock = async (rounds: number) => {
        for (let round = 0; round < rounds; round += 1) await way.client.agent.instance.hello({}, near);
      };
      let stalled = -1;
      for (let looks = 0; stalled !== produced() && looks < 60; looks += 1) {
        stalled = produced();
        await clock(20);
      }
      // The window, and what the buffers of a connection hold (536 batches of 16 KiB over SSH, whose own window is 2 MiB); without a brake it is all.
      expect({ still: produced() === stalled, bounded: stalled <= CREDIT_WINDOW + 1000 }).toEqual({ still: true, bounded: true });
      let taken = 1;
      for await (const batch of stream) {
        taken += 1;
        if (batch.cursor === "2000") break;
      }
      expect(taken).toBe(2000);
      expect(produced()).toBeLessThan(TOTAL);
      await until(() => way.agent.stream.running === 0);
      await until(() => way.openStreams() === 0);
    });
  });
}

type WireError = Error & { defined: boolean; code: string; status: number; data: unknown };

async function failure(promise: Promise<unknown>): Promise<WireError> {
  return promise.then(
    () => Promise.reject(new Error("It did not fail.")),
    (error: WireError) => error,
  );
}

async function until(condition: () => boolean): Promise<void> {
  for (let tries = 0; !condition(); tries += 1) {
    if (tries > 2000) throw new Error("The condition never came.");
    await new Promise((later) => setTimeout(later, 5));
  }
}
