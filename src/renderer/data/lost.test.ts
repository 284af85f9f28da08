import { expect, test, vi } from "vitest";
import type { Server, ServerChanges } from "../../contract/index.ts";

const link = vi.hoisted(() => ({ state: "opening", tell: [] as (() => void)[] }));
const streams = vi.hoisted(() => ({ servers: (_told: unknown) => {}, prompts: (_told: unknown) => {} }));

vi.mock("../link.ts", () => {
  const watch = (name: keyof typeof streams) => async () => {
    const waiting: unknown[] = [];
    let wake = () => {};
    streams[name] = (told) => (waiting.push(told), wake());
    return (async function* () {
      for (;;) {
        while (waiting.length > 0) yield waiting.shift();
        await new Promise<void>((resolve) => (wake = resolve));
      }
    })();
  };
  return {
    linkState: { get: () => link.state, subscribe: (act: () => void) => (link.tell.push(act), () => {}) },
    client: { servers: { watch: watch("servers") }, prompts: { watch: watch("prompts") } },
  };
});
const { prompts, servers } = await import("./servers.ts");

const become = (state: string) => {
  link.state = state;
  for (const tell of link.tell) tell();
};
const fra = { id: "a", name: "fra-1", connection: { state: "ready" }, lastSeenAt: 1 } as Server;

test("with nothing behind the window no server passes for there, nothing is asked, and what was never heard is not known to be none", async () => {
  servers.subscribe(() => {});
  prompts.subscribe(() => {});
  become("stopped");
  expect(servers.get()).toBeUndefined();
  become("open");
  await vi.waitFor(() => streams.servers({ whole: true, servers: [fra], removed: [], order: null } satisfies ServerChanges), { timeout: 60_000 });
  streams.prompts([{ id: "p" }]);
  await vi.waitFor(() => expect([servers.get(), prompts.get()]).toEqual([[fra], [{ id: "p" }]]), { timeout: 60_000 });
  become("opening");
  expect(servers.get()).toEqual([fra]);
  become("refused");
  expect([servers.get()![0]!.connection, servers.get()![0]!.lastSeenAt! > 1, prompts.get()]).toEqual([{ state: "offline" }, true, []]);
  streams.servers({ whole: true, servers: [fra], removed: [], order: null });
  await vi.waitFor(() => expect(servers.get()).toEqual([fra]), { timeout: 60_000 });
});
