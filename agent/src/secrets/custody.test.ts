import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { randomBytes } from "node:crypto";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterEach, beforeEach, expect, test } from "vitest";
import { judgeKey } from "../host/doctor/agent.ts";
import { openStore, openTrialStore, sealingKey, setSealingKey, type Db } from "../store/index.ts";
import { replaceKey, takeKey } from "./custody.ts";
import { giveKey } from "./key.fixture.ts";
import { fingerprintOf, makeKey } from "./key.ts";
import { createSealer } from "./sealer.ts";

let folder: string;
let db: Db;
const path = () => join(folder, "key");
const take = async (trial = false) => {
  const custody = takeKey({ db, path: path(), trial });
  await custody.proven();
  return custody.key;
};
const refusal = async (trial = false) =>
  await take(trial).then(
    () => null,
    (error: { problem?: { code: string } }) => error.problem?.code ?? String(error),
  );

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "aeroplane-key-"));
  db = openStore(join(folder, "store.db"));
});
afterEach(() => {
  if (db.isOpen) db.close();
  rmSync(folder, { recursive: true });
});

/** A store as an agent without fingerprints left it: the key and values that it opens. */
async function earlierStore(): Promise<Uint8Array> {
  db.close();
  rmSync(join(folder, "store.db"));
  const fresh = new DatabaseSync(join(folder, "store.db"));
  fresh.exec(readFileSync(join(import.meta.dirname, "../store/fixtures/schema-1.sql"), "utf8"));
  fresh.close();
  const key = await giveKey(folder);
  db = openStore(join(folder, "store.db"));
  return key;
}

test("the first start makes a key for root alone and records its fingerprint, never the key", async () => {
  const key = (await take())!;
  const store = readFileSync(join(folder, "store.db"));
  expect({
    mode: (statSync(path()).mode & 0o777).toString(8),
    recorded: sealingKey(db),
    again: Buffer.from((await take())!).equals(key),
    inStore: [Buffer.from(key), Buffer.from(key).toString("hex"), Buffer.from(key).toString("base64")].some((text) => store.includes(text)),
  }).toEqual({ mode: "600", recorded: fingerprintOf(key), again: true, inStore: false });
  expect(fingerprintOf(key)).toMatch(/^[0-9a-f]{32}$/);
});

test("a key that is gone, is another, or is cut short refuses, and nothing is made in its place", async () => {
  await take();
  const right = readFileSync(path());
  rmSync(path());
  expect([await refusal(), await refusal(true), existsSync(path())]).toEqual(["SEALING_KEY_MISSING", "SEALING_KEY_MISSING", false]);
  for (const wrong of [randomBytes(32), right.subarray(0, 31), Buffer.alloc(0)]) {
    writeFileSync(path(), wrong);
    expect([await refusal(), readFileSync(path()).equals(wrong)]).toEqual(["SEALING_KEY_OTHER", true]);
  }
  writeFileSync(path(), right);
  expect(await refusal()).toBe(null);
});

test("what a death between the key and its fingerprint leaves is told from a loss", async () => {
  // The key is there and nothing is sealed: it goes on.
  const made = makeKey(path());
  expect([Buffer.from((await take())!).equals(made), sealingKey(db)]).toEqual([true, fingerprintOf(made)]);
  // Half a key that never got its name, and no fingerprint: as at the very first start.
  db.exec("DELETE FROM meta");
  rmSync(path());
  writeFileSync(`${path()}.new`, "half");
  expect([await refusal(), statSync(path()).size]).toEqual([null, 32]);
});

test("an earlier store without a fingerprint gets it where the key opens something, and refuses where it does not", async () => {
  const key = await earlierStore();
  expect([await refusal(true), sealingKey(db)]).toEqual([null, null]);
  expect([await refusal(), sealingKey(db)]).toEqual([null, fingerprintOf(key)]);

  await earlierStore();
  rmSync(path());
  expect([await refusal(), await refusal(true), existsSync(path()), sealingKey(db)]).toEqual(["SEALING_KEY_MISSING", "SEALING_KEY_MISSING", false, null]);
  writeFileSync(path(), randomBytes(32));
  expect([await refusal(), await refusal(true), sealingKey(db)]).toEqual(["SEALING_KEY_OTHER", "SEALING_KEY_OTHER", null]);
});

test("an earlier store whose key was replaced in silence holds values of both: the key of today is recorded", async () => {
  const key = await earlierStore();
  const [lost] = [await createSealer(randomBytes(32)).seal("lost")];
  db.prepare("UPDATE variable SET sealed = ? WHERE name = 'GREETING'").run(lost);
  expect([await refusal(), sealingKey(db)]).toEqual([null, fingerprintOf(key)]);
  await expect(createSealer(key).open(lost, "The variable GREETING")).rejects.toMatchObject({
    problem: { code: "SEALED_VALUE_LOST", message: "The variable GREETING was sealed with another key than this server has now, and cannot be opened." },
  });
});

test("the doctor sees a key that went while the agent runs", async () => {
  await take();
  const look = () => judgeKey(() => takeKey({ db, path: path(), trial: true }), path());
  const there = look();
  rmSync(path());
  expect([there.state, look().state, look().problem?.code]).toEqual(["ok", "fail", "SEALING_KEY_MISSING"]);
});

test("a trial makes nothing, whatever is there", async () => {
  const trial = openTrialStore(join(folder, "store.db"));
  const custody = takeKey({ db: trial, path: path(), trial: true });
  await custody.proven();
  trial.close();
  expect([custody.key, existsSync(path())]).toEqual([null, false]);
});

test("a new key is made in place of a lost one only", async () => {
  const key = (await take())!;
  const put: string[] = [];
  const replace = () => replaceKey({ db, path: path(), putAside: () => void put.push("aside") });
  expect([await replace(), put]).toEqual([null, []]);
  rmSync(path());
  const first = await replace();
  expect([first === sealingKey(db), first === fingerprintOf(key), await refusal()]).toEqual([true, false, null]);
  writeFileSync(path(), randomBytes(32));
  expect([(await replace()) === sealingKey(db), put, await refusal()]).toEqual([true, ["aside"], null]);
  // The lost one turns up.
  const found = await earlierStore();
  setSealingKey(db, fingerprintOf(randomBytes(32)));
  expect([await refusal(), await replace(), put, await refusal()]).toEqual(["SEALING_KEY_OTHER", fingerprintOf(found), ["aside"], null]);
});
