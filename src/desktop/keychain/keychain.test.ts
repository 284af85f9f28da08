import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import type { Answer } from "../../contract/index.ts";
import { NeedsPerson, type Question } from "../ssh/question.ts";
import { createKeychain, type Keytar } from "./keychain.ts";
import { createSealedFile } from "./sealed.ts";

function fakeKeytar(): Keytar & { kept: Map<string, string> } {
  const kept = new Map<string, string>();
  return {
    kept,
    getPassword: async (_service, account) => kept.get(account) ?? null,
    setPassword: async (_service, account, password) => void kept.set(account, password),
    deletePassword: async (_service, account) => kept.delete(account),
    findCredentials: async () => [...kept],
  };
}

test("keeps beyond the session only what a person asked to keep", async () => {
  const keytar = fakeKeytar();
  const keychain = createKeychain({ load: async () => keytar });
  await keychain.remember("a", "one", { keep: true });
  await keychain.remember("b", "two", { keep: false });
  const later = createKeychain({ load: async () => keytar });
  expect({
    kind: (await keychain.status()).kind,
    kept: [...keytar.kept.keys()],
    now: [await keychain.get("a"), await keychain.get("b")],
    later: [await later.get("a"), await later.get("b")],
  }).toEqual({ kind: "keychain", kept: ["a"], now: ["one", "two"], later: ["one", undefined] });
  await later.forget("a");
  expect(keytar.kept.size).toBe(0);
});

test.each([
  ["cannot be loaded", async () => Promise.reject(new Error("no library"))],
  ["forgets", async () => ({ ...fakeKeytar(), getPassword: async () => null })],
  ["is the kernel's memory", async () => ({ ...fakeKeytar(), findCredentials: async () => Promise.reject(new Error("unsupported")) })],
])("a keychain that %s is not used", async (_words, load) => {
  const keychain = createKeychain({ load: load as () => Promise<Keytar> });
  await keychain.remember("a", "one", { keep: true });
  expect({ kind: (await keychain.status()).kind, now: await keychain.get("a") }).toEqual({ kind: "session", now: "one" });
});

const light = { operations: 1, memory: 64 * 1024 };
const asked = (values: (string | null)[]) => {
  const reasons: (string | null)[] = [];
  const ask = async (question: Question): Promise<Answer> => {
    reasons.push(question.type === "secret" ? question.reason : null);
    const value = values.shift() ?? null;
    return value === null ? { type: "dismiss" } : { type: "secret", value, remember: false };
  };
  return { ask, reasons };
};

test("a locked keychain is said to be locked, is not waited for, and works again once it is unlocked", async () => {
  const keytar = fakeKeytar();
  await keytar.setPassword("Aeroplane", "server:a", "one");
  let locked = true;
  const hang = new Promise<never>(() => {});
  const isLocked = () => Promise.reject(new Error("zbus error: org.freedesktop.Secret.Error.IsLocked: Cannot get secret of a locked object"));
  const keychain = createKeychain({ platform: "linux", quick: 30, load: async () => ({ ...keytar, findCredentials: () => (locked ? isLocked() : keytar.findCredentials("")), getPassword: (service, account) => (locked ? hang : keytar.getPassword(service, account)) }) });
  const before = [(await keychain.status()).kind, await keychain.get("server:a")];
  locked = false;
  expect([before, (await keychain.status()).kind, await keychain.get("server:a")]).toEqual([["locked", undefined], "keychain", "one"]);
});

test("what is forgotten while the keychain is locked goes once it is open", async () => {
  const keytar = fakeKeytar();
  for (const account of ["server:a", "server:b"]) await keytar.setPassword("Aeroplane", account, "one");
  let locked = true;
  const isLocked = () => Promise.reject(new Error("zbus error: org.freedesktop.Secret.Error.IsLocked: Cannot get secret of a locked object"));
  const keychain = createKeychain({ platform: "linux", load: async () => ({ ...keytar, findCredentials: () => (locked ? isLocked() : keytar.findCredentials("")) }) });
  await keychain.forget("server:a");
  const before = keytar.kept.size;
  locked = false;
  await keychain.get("server:b");
  expect([before, [...keytar.kept.keys()]]).toEqual([2, ["server:b"]]);
});

test("a keychain that does not answer at all holds nobody up", async () => {
  const keychain = createKeychain({ platform: "linux", quick: 30, load: async () => ({ ...fakeKeytar(), findCredentials: () => new Promise(() => {}) }) });
  const all = await Promise.all(Array.from({ length: 50 }, (_, index) => keychain.get(`server:${index}`)));
  expect([(await keychain.status()).kind, all.every((one) => one === undefined)]).toEqual(["locked", true]);
});

test("the sealed file asks for its passphrase when it holds what is needed, and only of a person", async () => {
  const folder = mkdtempSync(join(tmpdir(), "keychain-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const path = join(folder, "secrets.sealed");
  const first = createSealedFile({ path, limits: light });
  await first.create("correct horse", { replace: false });
  await first.set("server:a", "one");

  const file = createSealedFile({ path, limits: light });
  const keychain = createKeychain({ file, load: async () => Promise.reject(new Error("none")) });
  const background = await keychain.open("server:a", null).catch((error: unknown) => error instanceof NeedsPerson);
  await keychain.open("server:other", null);
  const dismissed = asked([null]);
  await keychain.open("server:a", dismissed.ask);
  const closed = await keychain.get("server:a");
  const tried = asked(["wrong", "correct horse"]);
  await keychain.open("server:a", tried.ask);
  expect({ background, closed, kind: (await keychain.status()).kind, reasons: [dismissed.reasons, tried.reasons], now: await keychain.get("server:a") }).toEqual({
    background: true,
    closed: undefined,
    kind: "file",
    reasons: [[null], [null, "The master passphrase does not open the sealed file."]],
    now: "one",
  });
});

test("what is to be kept while the file is closed asks for the passphrase beside the sign-in", async () => {
  const folder = mkdtempSync(join(tmpdir(), "keychain-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const file = createSealedFile({ path: join(folder, "secrets.sealed"), limits: light });
  await file.create("correct horse", { replace: false });
  file.lock();
  const answered = Promise.withResolvers<Answer>();
  const keychain = createKeychain({ file, load: async () => Promise.reject(new Error("none")), askMaster: () => answered.promise });
  await keychain.remember("server:a", "one", { keep: true });
  const before = (await file.state())?.accounts;
  answered.resolve({ type: "secret", value: "correct horse", remember: false });
  await expect.poll(() => file.get("server:a")).toBe("one");
  expect(before).toEqual([]);
});
