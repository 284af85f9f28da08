import { setImmediate as turn } from "node:timers/promises";
import { fail, type Hello } from "@aeroplane/agent/contract";
import { expect, test } from "vitest";
import { createPrompts } from "../prompts/prompts.ts";
import { NeedsPerson } from "../ssh/sign-in.ts";
import { createServerLink } from "./link.ts";
import type { OpenSession, Session } from "./session.ts";

const hello = { hostname: "fake" } as Hello;

function fakeSession(): Session & { lose(): void; closes: number } {
  let lose = () => {};
  const session = {
    agent: {} as Session["agent"],
    hello,
    closes: 0,
    ping: async () => hello,
    close: () => void (session.closes += 1, lose()),
    closed: new Promise<string>((resolve) => (lose = () => resolve("gone"))),
    lose: () => lose(),
  };
  return session;
}

/** A link whose tries are answered one by one. */
function rig() {
  let hours = 0;
  const states: string[] = [];
  const prompts = createPrompts();
  const tries: { options: Parameters<OpenSession>[1]; succeed(session: Session): void; refuse(error: unknown): void }[] = [];
  const open: OpenSession = (_server, options) =>
    new Promise((succeed, refuse) => {
      options.signal.addEventListener("abort", () => refuse(options.signal.reason));
      tries.push({ options, succeed, refuse });
    });
  const link = createServerLink({
    server: () => ({ id: "s", kind: "ssh", login: null }),
    open,
    prompts,
    onLink: ({ connection }) => void states.push(connection.state),
    onSeen: () => {},
    // An hour passes between any two looks at the clock, so that no test waits.
    now: () => (hours += 1) * 3_600_000,
  });
  return { link, states, tries, prompts };
}

const until = async (condition: () => boolean) => {
  for (let turns = 0; !condition(); turns += 1) {
    if (turns > 100_000) throw new Error("The condition never came.");
    await turn();
  }
};
const settle = async () => {
  for (let turns = 0; turns < 20; turns += 1) await turn();
};
const refused = fail("CONNECTION_REFUSED", { address: "a", port: 22 });
const noLogin = fail("LOGIN_REFUSED", { address: "a", user: "u", method: "key" });

test("a first try by hand that fails stays failed", async () => {
  const { link, states, tries } = rig();
  link.connect({ byHand: true });
  tries[0]!.refuse(refused);
  await settle();
  expect([states, tries.length]).toEqual([["connecting", "failed"], 1]);
});

test("in the background nobody is asked, and a refused login is not tried again", async () => {
  const { link, states, tries } = rig();
  link.connect({ byHand: false });
  expect(tries[0]!.options.ask).toBeNull();
  tries[0]!.refuse(new NeedsPerson());
  await settle();
  link.connect({ byHand: true });
  expect(tries[1]!.options.ask).not.toBeNull();
  tries[1]!.refuse(noLogin);
  await settle();
  expect([states, tries.length]).toEqual([["connecting", "needs-you", "connecting", "failed"], 2]);
  // Pressing Connect after a failure begins anew; pressing it twice is one try.
  link.connect({ byHand: true });
  link.connect({ byHand: true });
  expect([states.at(-1), tries.length]).toEqual(["connecting", 3]);
  link.disconnect();
});

test("a lost session is tried again until it is back, without a question", async () => {
  const { link, states, tries } = rig();
  const [first, second] = [fakeSession(), fakeSession()];
  link.connect({ byHand: true });
  tries[0]!.succeed(first);
  await settle();
  first.lose();
  await until(() => tries.length === 2);
  tries[1]!.refuse(refused);
  await until(() => tries.length === 3);
  expect(tries[2]!.options.ask).toBeNull();
  tries[2]!.succeed(second);
  await settle();
  expect([states, link.agent() === second.agent, first.closes]).toEqual([
    ["connecting", "ready", "reconnecting", "connecting", "reconnecting", "connecting", "ready"],
    true,
    1,
  ]);
  link.disconnect();
});

test("disconnecting ends a running try and withdraws its question", async () => {
  const { link, states, tries, prompts } = rig();
  link.connect({ byHand: true });
  const asked = tries[0]!.options.ask!({ type: "host-key", address: "a", keyType: "t", fingerprint: "f", before: null }).catch((error: Error) => error.name);
  expect(prompts.list()).toHaveLength(1);
  link.disconnect();
  await settle();
  expect([states, prompts.list(), await asked, link.agent()]).toEqual([["connecting", "needs-you", "offline"], [], "AbortError", null]);
});
