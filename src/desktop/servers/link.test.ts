import { fail, type Hello } from "@aeroplane/agent/contract";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { createPrompts } from "../prompts/prompts.ts";
import { NeedsPerson } from "../ssh/sign-in.ts";
import { createServerLink } from "./link.ts";
import type { OpenSession, Session } from "./session.ts";

const hello = { hostname: "fake", instanceId: "i", agentVersion: "1" } as Hello;

type Fake = Session & { lose(): void; closes: number; pings: number; answer: "at once" | "never" | "no" };

function fakeSession(): Fake {
  let lose = () => {};
  const session: Fake = {
    agent: { inUse: () => true } as Session["agent"],
    hello,
    closes: 0,
    pings: 0,
    answer: "at once",
    ping: (signal) => {
      session.pings += 1;
      if (session.answer === "at once") return Promise.resolve(hello);
      if (session.answer === "no") return Promise.reject(new Error("refused"));
      return new Promise((answer, refuse) => {
        const timer = setInterval(() => session.answer === "at once" && answer(hello), 100);
        signal?.addEventListener("abort", () => (clearInterval(timer), refuse(signal.reason)));
      });
    },
    close: () => void ((session.closes += 1), lose()),
    closed: new Promise<string>((resolve) => (lose = () => resolve("gone"))),
    lose: () => lose(),
  };
  return session;
}

/** A link whose tries are answered one by one. */
function rig({ before = null as Hello | null } = {}) {
  const states: string[] = [];
  const prompts = createPrompts();
  const tries: { options: Parameters<OpenSession>[1]; succeed(session: Session): void; refuse(error: unknown): void }[] = [];
  const open: OpenSession = (_server, options) =>
    new Promise((succeed, refuse) => {
      options.signal.addEventListener("abort", () => refuse(options.signal.reason));
      tries.push({ options, succeed, refuse });
    });
  const link = createServerLink({ server: () => ({ id: "s", kind: "ssh", login: null, hello: before }), open, prompts, onLink: ({ connection }) => void states.push(connection.state), onSeen: () => {} });
  async function ready(session = fakeSession()) {
    link.connect({ byHand: true });
    tries.at(-1)!.succeed(session);
    await pass(0);
    return session;
  }
  return { link, states, tries, prompts, ready };
}

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());
const pass = (milliseconds: number) => vi.advanceTimersByTimeAsync(milliseconds);

const refused = fail("CONNECTION_REFUSED", { address: "a", port: 22 });
const unheard = fail("CONNECTION_TIMED_OUT", { address: "a", port: 22, seconds: 20 });
const noLogin = fail("LOGIN_REFUSED", { address: "a", user: "u", method: "key" });

test("a first try by hand that fails stays failed", async () => {
  const { link, states, tries } = rig();
  link.connect({ byHand: true });
  tries[0]!.refuse(refused);
  await pass(60_000);
  expect([states, tries.length]).toEqual([["connecting", "failed"], 1]);
});

test("in the background nobody is asked, and a refused login is not tried again", async () => {
  const { link, states, tries } = rig();
  link.connect({ byHand: false });
  expect(tries[0]!.options.ask).toBeNull();
  tries[0]!.refuse(new NeedsPerson());
  await pass(60_000);
  link.connect({ byHand: true });
  expect(tries[1]!.options.ask).not.toBeNull();
  tries[1]!.refuse(noLogin);
  await pass(60_000);
  expect([states, tries.length]).toEqual([["connecting", "needs-you", "connecting", "failed"], 2]);
  // Pressing Connect after a failure begins anew; pressing it twice is one try.
  link.connect({ byHand: true });
  link.connect({ byHand: true });
  expect([states.at(-1), tries.length]).toEqual(["connecting", 3]);
  link.disconnect();
});

test("one that never answered is not tried again by itself, whoever tried it: its address may be a typo", async () => {
  const { link, states, tries } = rig();
  link.connect({ byHand: false });
  tries[0]!.refuse(refused);
  await pass(600_000);
  expect([states, tries.length]).toEqual([["connecting", "failed"], 1]);
});

test("one that answered in an earlier life of the app is tried again, also after a person's try that failed", async () => {
  const { link, states, tries } = rig({ before: hello });
  link.connect({ byHand: true });
  tries[0]!.refuse(refused);
  await pass(1000);
  tries[1]!.succeed(fakeSession());
  await pass(0);
  expect(states).toEqual(["connecting", "reconnecting", "ready"]);
  link.disconnect();
});

test("a server that is off when the app starts is tried again by itself, step by step unseen", async () => {
  const { link, states, tries } = rig({ before: hello });
  link.connect({ byHand: false });
  tries[0]!.refuse(refused);
  await pass(1000);
  tries[1]!.options.onHandshake();
  tries[1]!.succeed(fakeSession());
  await pass(0);
  expect(states).toEqual(["connecting", "reconnecting", "ready"]);
  link.disconnect();
});

test("one that waits for its turn at the start says that it connects, and a person who ends that is not overruled", async () => {
  const { link, states, tries } = rig({ before: hello });
  link.connect({ byHand: false, wait: 500 });
  await pass(499);
  expect([states, tries.length]).toEqual([["connecting"], 0]);
  await pass(1);
  expect(tries.length).toBe(1);
  const other = rig({ before: hello });
  other.link.connect({ byHand: false, wait: 500 });
  other.link.disconnect();
  await pass(1000);
  expect([other.states, other.tries.length]).toEqual([["connecting", "offline"], 0]);
});

test("a lost session is tried again at once until it is back, without a question", async () => {
  const { link, states, tries, ready } = rig();
  const first = await ready();
  const second = fakeSession();
  first.lose();
  await pass(0);
  expect(tries.length).toBe(2);
  tries[1]!.refuse(refused);
  await pass(1000);
  expect([tries[2]!.options.ask, tries[2]!.options.known]).toEqual([null, hello]);
  tries[2]!.succeed(second);
  await pass(0);
  expect([states, link.agent() === second.agent, first.closes]).toEqual([["connecting", "ready", "reconnecting", "reconnecting", "ready"], true, 1]);
  link.disconnect();
});

test("a login refused on the way back ends the tries", async () => {
  const { states, tries, ready } = rig();
  (await ready()).lose();
  await pass(0);
  tries[1]!.refuse(noLogin);
  await pass(600_000);
  expect([states, tries.length]).toEqual([["connecting", "ready", "reconnecting", "failed"], 2]);
});

test("beside a silent session another one is looked for, and the first that lives is kept", async () => {
  const { link, states, tries, ready } = rig();
  const [old, fresh] = [await ready(), fakeSession()];
  old.answer = "never";
  link.wake();
  await pass(1100);
  expect([states.at(-1), link.agent() === old.agent, tries.length]).toEqual(["silent", true, 2]);
  tries[1]!.succeed(fresh);
  await pass(0);
  expect([states, link.agent() === fresh.agent, old.closes, fresh.closes]).toEqual([["connecting", "ready", "silent", "ready"], true, 1, 0]);
  link.disconnect();
});

test("when the silent session answers again, the other try ends: at once before the host is reached, later by a clean close", async () => {
  for (const reached of [false, true]) {
    const { link, states, tries, ready } = rig();
    const [old, fresh] = [await ready(), fakeSession()];
    old.answer = "never";
    link.wake();
    await pass(1100);
    if (reached) tries[1]!.options.onHandshake();
    old.answer = "at once";
    await pass(200);
    expect([states.at(-1), tries[1]!.options.signal.aborted]).toEqual(["ready", !reached]);
    tries[1]!.succeed(fresh);
    await pass(0);
    expect([link.agent() === old.agent, fresh.closes, tries.length]).toEqual([true, reached ? 1 : 0, 2]);
    link.disconnect();
  }
});

test("a silence is noticed by a beat, borne for a while, then the calls on it fail", async () => {
  const { link, states, tries, ready } = rig();
  const old = await ready();
  old.answer = "never";
  await pass(3000 + 1500);
  expect([states.at(-1), old.closes]).toEqual(["silent", 0]);
  await pass(12_000);
  expect([states.at(-1), old.closes, link.agent(), tries.length]).toEqual(["reconnecting", 1, null, 2]);
  // Each was silent for as long as the pause before the next would be.
  for (let round = 1; round <= 3; round += 1) {
    await pass(8000);
    tries[round]!.refuse(unheard);
    await pass(800);
  }
  expect(tries.length).toBe(5);
  link.disconnect();
});

test("one that refuses for long is tried rarely, and at once and quickly again when this computer wakes or is in another network", async () => {
  const { link, tries, ready } = rig();
  (await ready()).lose();
  const refuse = async (milliseconds: number) => {
    const before = tries.length;
    let answered = 1;
    for (let passed = 0; passed < milliseconds; passed += 100) {
      while (answered < tries.length) tries[answered++]!.refuse(refused);
      await pass(100);
    }
    return tries.length - before;
  };
  await pass(0);
  const [first, later] = [await refuse(5000), (await refuse(595_000), await refuse(60_000))];
  link.wake();
  const woken = await refuse(5000);
  expect([first >= 5, later <= 3, woken >= 5]).toEqual([true, true, true]);
  link.disconnect();
});

test("an agent that is away over a living connection is waited for, without another login", async () => {
  const { link, states, tries, ready } = rig();
  const session = await ready();
  session.answer = "no";
  const back = link.back(5000);
  await pass(2000);
  expect([states.at(-1), (link.link().connection as { away?: string }).away, tries.length]).toEqual(["silent", "agent", 1]);
  session.answer = "at once";
  await pass(300);
  expect([states, await back, tries.length]).toEqual([["connecting", "ready", "silent", "ready"], session.agent, 1]);
  // For long, it is looked after over a new connection.
  session.answer = "no";
  await pass(30_000);
  expect([states.at(-1), tries.length]).toEqual(["reconnecting", 2]);
  link.disconnect();
});

test("who waits for a server that stays away is told so", async () => {
  const { link, ready } = rig();
  (await ready()).lose();
  await pass(0);
  const back = link.back(5000);
  await pass(5000);
  expect(await back).toBeNull();
  const other = link.back(5000);
  link.disconnect();
  expect([await other, await link.back(5000)]).toEqual([null, null]);
});

test("disconnecting ends a running try and withdraws its question", async () => {
  const { link, states, tries, prompts } = rig();
  link.connect({ byHand: true });
  const asked = tries[0]!.options.ask!({ type: "host-key", address: "a", keyType: "t", fingerprint: "f", before: null }).catch((error: Error) => error.name);
  expect(prompts.list()).toHaveLength(1);
  link.disconnect();
  await pass(0);
  expect([states, prompts.list(), await asked, link.agent()]).toEqual([["connecting", "needs-you", "offline"], [], "AbortError", null]);
});
