import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Failure } from "@aeroplane/agent/contract";
import { afterAll, expect, test } from "vitest";
import { createSealedFile } from "./sealed.ts";

const folder = mkdtempSync(join(tmpdir(), "sealed-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const light = { operations: 1, memory: 64 * 1024 };
let count = 0;
const fresh = () => join(folder, String((count += 1)), "secrets.sealed");
const at = (path: string) => createSealedFile({ path, limits: light });
const codeOf = (act: Promise<unknown>) => act.then(() => "done", (error: unknown) => (error instanceof Failure ? error.problem.code : String(error)));

test("what it took comes out again in another process, with the passphrase only", async () => {
  const path = fresh();
  const one = at(path);
  await one.create("correct horse", { replace: false });
  await one.set("server:a", "päss\u0000word");
  await one.set("server:b", "two");
  const two = at(path);
  const closed = { state: await two.state(), a: await two.get("server:a"), set: await codeOf(two.set("server:c", "x")) };
  const wrong = await codeOf(two.unlock("correct horsf"));
  await two.unlock("correct horse");
  expect({ closed, wrong, a: await two.get("server:a"), b: await two.get("server:b"), mode: statSync(path).mode & 0o777, beside: readdirSync(join(path, "..")) }).toEqual({
    closed: { state: { accounts: ["server:a", "server:b"], open: false }, a: undefined, set: "SEALED_FILE_CLOSED" },
    wrong: "MASTER_WRONG",
    a: "päss\u0000word",
    b: "two",
    mode: 0o600,
    beside: ["secrets.sealed", "secrets.sealed.made"],
  });
});

test("nothing of a secret is readable, not even its length; the same secret never looks the same", async () => {
  const path = fresh();
  const file = at(path);
  await file.create("correct horse", { replace: false });
  for (const [account, secret] of [["server:a", "hunter2"], ["server:b", "hunter2"], ["server:c", "x".repeat(40)]] as const) await file.set(account, secret);
  const text = readFileSync(path, "utf8");
  const { entries } = JSON.parse(text) as { entries: Record<string, { nonce: string; sealed: string }> };
  const boxes = Object.values(entries);
  expect({ plain: /hunter2|correct horse/.test(text), lengths: new Set(boxes.map(({ sealed }) => sealed.length)).size, alike: new Set(boxes.map(({ sealed }) => sealed)).size }).toEqual({ plain: false, lengths: 1, alike: 3 });
});

test("a new passphrase closes it for whoever has the old one, and keeps everything", async () => {
  const path = fresh();
  const [one, two] = [at(path), at(path)];
  await one.create("correct horse", { replace: false });
  await one.set("server:a", "one");
  await two.unlock("correct horse");
  const refused = await codeOf(one.changePassphrase("not it", "battery staple"));
  await one.changePassphrase("correct horse", "battery staple");
  const elsewhere = { open: (await two.state())?.open, a: await two.get("server:a"), old: await codeOf(two.unlock("correct horse")) };
  await two.unlock("battery staple");
  expect({ refused, elsewhere, now: [await one.get("server:a"), await two.get("server:a")] }).toEqual({
    refused: "MASTER_WRONG",
    elsewhere: { open: false, a: undefined, old: "MASTER_WRONG" },
    now: ["one", "one"],
  });
});

test("two processes write at once and lose nothing; one can be forgotten while it is closed", async () => {
  const path = fresh();
  const [one, two] = [at(path), at(path)];
  await one.create("correct horse", { replace: false });
  await two.unlock("correct horse");
  await Promise.all(Array.from({ length: 20 }, (_, index) => (index % 2 ? one : two).set(`server:${index}`, String(index))));
  one.lock();
  await one.remove("server:7");
  await one.unlock("correct horse");
  const all = await one.all();
  expect([all.length, all.every(([account, secret]) => account === `server:${secret}`), await one.get("server:7")]).toEqual([19, true, undefined]);
});

test("for a lost passphrase a new one begins, and the old file stays aside until all is forgotten", async () => {
  const path = fresh();
  const file = at(path);
  await file.create("correct horse", { replace: false });
  const again = await codeOf(file.create("battery staple", { replace: false }));
  await file.create("battery staple", { replace: true });
  const names = readdirSync(join(path, "..")).map((name) => name.replace(/\d{4}.*Z/, "TIME"));
  await file.destroy();
  expect({ again, names, left: readdirSync(join(path, "..")) }).toEqual({ again: "NAME_TAKEN", names: ["secrets.sealed", "secrets.sealed.TIME.old", "secrets.sealed.made"], left: [] });
});

test("a file that is gone is as good as damaged: nothing is made in its place before a person says so", async () => {
  const path = join(folder, "lost.sealed");
  const file = at(path);
  await file.create("correct horse", { replace: false });
  rmSync(path);
  const code = (act: Promise<unknown>) => act.then(() => null, (error: { problem?: { code: string } }) => error.problem?.code);
  expect([await code(file.state()), await code(file.set("a", "b")), await code(file.create("other", { replace: false })), readdirSync(folder).includes("lost.sealed")]).toEqual(["SEALED_FILE_DAMAGED", "SEALED_FILE_DAMAGED", "SEALED_FILE_DAMAGED", false]);
  await file.create("other", { replace: true });
  expect((await file.state())?.open).toBe(true);
  await file.destroy();
  expect([await file.state(), readdirSync(folder).filter((name) => name.startsWith("lost."))]).toEqual([undefined, []]);
});

test("a file that was given up is not missed when its removal is cut off", async () => {
  const home = mkdtempSync(join(folder, "cut-"));
  const path = join(home, "secrets.sealed");
  const file = at(path);
  await file.create("correct horse", { replace: false });
  // What cannot be removed as a file stands for a death at that place.
  mkdirSync(`${path}.1.old`);
  await expect(file.destroy()).rejects.toThrow();
  expect(readdirSync(home)).not.toContain("secrets.sealed.made");
  rmSync(path, { force: true });
  expect(await file.state()).toBeUndefined();
});

test("a damaged or a moved secret is told from a wrong passphrase", async () => {
  const path = fresh();
  const file = at(path);
  await file.create("correct horse", { replace: false });
  await file.set("server:a", "one");
  const good = readFileSync(path, "utf8");
  const changed = JSON.parse(good) as { entries: Record<string, unknown>; kdf: { memory: number } };
  writeFileSync(path, JSON.stringify({ ...changed, entries: { "server:b": changed.entries["server:a"] } }));
  const moved = await codeOf(file.get("server:b"));
  writeFileSync(path, good.slice(0, 200));
  const cut = await codeOf(file.unlock("correct horse"));
  // A foreign hand must not be able to ask for all the memory there is.
  writeFileSync(path, JSON.stringify({ ...changed, kdf: { ...changed.kdf, memory: 2 ** 40 } }));
  const costly = await codeOf(file.unlock("correct horse"));
  expect({ moved, cut, costly }).toEqual({ moved: "SEALED_FILE_DAMAGED", cut: "SEALED_FILE_DAMAGED", costly: "SEALED_FILE_DAMAGED" });
});
