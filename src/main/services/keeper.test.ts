import { expect, test, vi } from "vitest";
import type { ServicesState } from "../../contract/index.ts";
import type { FromServices, ToServices } from "../../utility/messages.ts";
import { keepServices, type Launch } from "./keeper.ts";

const start = { version: "1", agentBundle: "/a", resources: "/r" };

/** Processes that do what the test says. */
function stage({ patience }: { patience?: { start: number; close: number } } = {}) {
  const launched: { got: ToServices[]; say: (message: FromServices) => void; die: () => void; killed: boolean }[] = [];
  const launch: Launch = ({ message, ended }) => {
    const one = { got: [] as ToServices[], say: message, die: ended, killed: false };
    launched.push(one);
    return { post: (each) => one.got.push(each), kill: () => ((one.killed = true), ended()) };
  };
  let ports = 0;
  const shown: string[] = [];
  const services = keepServices({ launch, start, channel: () => ({ port1: null, port2: (ports += 1) }), ask: async (asked) => (asked.act === "save" ? `/chosen/${asked.name}` : null), show: (path) => shown.push(path), patience });
  const seen: (ServicesState["state"] | number)[] = [];
  const guest = { port: (port: unknown) => void seen.push(port as number), state: ({ state }: ServicesState) => void seen.push(state) };
  return { services, launched, seen, guest, shown, last: () => launched.at(-1)! };
}

test("a window gets a port when the services are ready, and another after each death", async () => {
  vi.useFakeTimers();
  const { services, launched, seen, guest, last } = stage();
  const detach = services.attach(guest);
  last().say({ type: "ready" });
  await services.started;
  last().die();
  await vi.advanceTimersByTimeAsync(0);
  last().say({ type: "ready" });
  // A word of a dead one is none.
  launched[0]!.say({ type: "ready" });
  expect(seen).toEqual(["starting", "running", 1, "starting", "starting", "running", 2]);
  expect(last().got).toEqual([{ type: "start", options: start }, { type: "port" }]);
  detach();
  last().die();
  expect(seen).toHaveLength(7);
  vi.useRealTimers();
});

test("after five new starts a person has to say so; old deaths are forgotten", async () => {
  vi.useFakeTimers();
  const { services, launched, last } = stage();
  last().say({ type: "ready" });
  for (const rest of [0, 50, 100, 200, 400]) {
    last().die();
    await vi.advanceTimersByTimeAsync(rest);
    last().say({ type: "ready" });
  }
  services.startAgain();
  expect([launched.length, services.state().state]).toEqual([6, "running"]);
  last().say({ type: "failed", why: "no disk" });
  last().die();
  await vi.advanceTimersByTimeAsync(60_000);
  expect([launched.length, services.state()]).toEqual([6, { state: "stopped", why: "no disk" }]);
  services.startAgain();
  last().say({ type: "ready" });
  expect([launched.length, services.state().state]).toEqual([7, "running"]);
  for (let death = 0; death < 20; death += 1) {
    await vi.advanceTimersByTimeAsync(11 * 60_000);
    last().die();
    await vi.advanceTimersByTimeAsync(0);
    last().say({ type: "ready" });
  }
  expect(services.state().state).toBe("running");
  vi.useRealTimers();
});

test("a first start that fails is told, with its words; one that takes too long is ended", async () => {
  const { services, launched, last } = stage();
  last().say({ type: "failed", why: "servers.json cannot be read" });
  last().die();
  await expect(services.started).rejects.toThrow("servers.json cannot be read");
  expect(launched).toHaveLength(1);
  const slow = stage({ patience: { start: 5, close: 5 } });
  await expect(slow.services.started).rejects.toThrow("They did not start in time.");
  expect(slow.last().killed).toBe(true);
});

test("dialogs are the host's; at the end the process is asked, and then made to end", async () => {
  const { services, last, shown } = stage({ patience: { start: 1000, close: 5 } });
  last().say({ type: "ready" });
  last().say({ type: "ask", id: 7, asked: { act: "save", name: "web.log" } });
  last().say({ type: "show", path: "/chosen/web.log" });
  await vi.waitFor(() => expect(last().got.at(-1)).toEqual({ type: "answer", id: 7, path: "/chosen/web.log" }), { timeout: 60_000 });
  expect(shown).toEqual(["/chosen/web.log"]);
  await services.close();
  expect([last().got.at(-1), last().killed]).toEqual([{ type: "close" }, true]);
});
