import { v7 as uuid } from "uuid";
import { expect, test } from "vitest";
import { SHARES } from "../people/shares.ts";
import { createTerminals } from "./room.ts";
import type { Shell } from "./shell.ts";

const ada = { login: "ada", person: null };

function quiet() {
  const over = Promise.withResolvers<number | null>();
  let closed = false;
  const nothing = () => {};
  const shell: Shell = {
    onData: nothing,
    pause: nothing,
    resume: nothing,
    write: async () => {},
    resize: nothing,
    end: () => ((closed = true), over.resolve(null)),
    ended: over.promise,
  };
  return { shell, closed: () => closed };
}
const about = () => ({ id: uuid(), target: { type: "server" as const } });

test("one that nobody looks at is closed after its grace, one that is looked at stays", async () => {
  const said: string[] = [];
  const room = createTerminals({ graceMs: 60, lookMs: 10, onEnded: (holder, { ended }, why) => said.push(`${holder.login} ${ended} ${why}`) });
  const [left, seen] = [quiet(), quiet()];
  const { id } = await room.open(ada, about(), async () => seen.shell);
  const reader = room.find(ada, id).output(undefined, new AbortController().signal);
  await reader.next();
  await room.open(ada, about(), async () => left.shell);
  await expect.poll(() => [left.closed(), seen.closed(), room.count()]).toEqual([true, false, 1]);
  expect(said).toEqual(["ada false unwatched"]);
  void reader.return(undefined);
  await room.closeAll();
});

test("no more than a bounded number is open, also when they are asked for at once", async () => {
  const room = createTerminals();
  const asked = Array.from({ length: SHARES.terminals.all + 3 }, () => room.open(ada, about(), async () => quiet().shell));
  const ended = await Promise.allSettled(asked);
  const codes = ended.map((one) => (one.status === "fulfilled" ? "ok" : one.reason.problem.code));
  const told = ended.flatMap((one) => (one.status === "rejected" ? [one.reason.problem.message as string] : []));
  expect(told[0]).toBe("This server has 32 terminals open already, as many as there may be at a time.");
  expect(codes.filter((code) => code === "ok").length).toBe(SHARES.terminals.all);
  expect(new Set(codes)).toEqual(new Set(["ok", "TERMINALS_TOO_MANY"]));
  await room.closeAll();
});

test("people cannot have so many open that an owner has none", async () => {
  const room = createTerminals();
  const ask = async (holder: typeof ada | { login: string; person: string }) => room.open(holder, about(), async () => quiet().shell).then(() => "ok", (error) => error.problem.code);
  const people = ["a", "b", "c", "d"].flatMap((person) => Array.from({ length: 10 }, () => ask({ login: "aeroplane", person })));
  const codes = await Promise.all(people);
  expect(codes.filter((code) => code === "ok").length).toBe(SHARES.terminals.people);
  expect([new Set(codes), await ask(ada)]).toEqual([new Set(["ok", "TERMINALS_TOO_MANY"]), "ok"]);
  const told = async (person: string) => room.open({ login: "aeroplane", person }, about(), async () => quiet().shell).then(() => "ok", (error) => error.problem.message);
  expect([await told("a"), await told("e")]).toEqual(["You have 8 terminals open already, as many as there may be at a time.", "People have 16 terminals open already, as many as there may be at a time."]);
  await room.closeAll();
});

test("a shell that could not be started is not counted", async () => {
  const room = createTerminals();
  await expect(room.open(ada, about(), () => Promise.reject(new Error("no")))).rejects.toThrow("no");
  expect(room.count()).toBe(0);
});

test("a person whose access ends loses what they had open, and nobody else does", async () => {
  const room = createTerminals();
  const [theirs, other] = [quiet(), quiet()];
  const eve = { login: "aeroplane", person: "eve" };
  const { id } = await room.open(eve, about(), async () => theirs.shell);
  await room.open({ login: "aeroplane", person: "bob" }, about(), async () => other.shell);
  room.closeOf("eve");
  expect([theirs.closed(), other.closed(), room.list(eve)]).toEqual([true, false, []]);
  expect(() => room.find(eve, id)).toThrow(/no longer there/);
  await room.closeAll();
});
