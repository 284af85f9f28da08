import { expect, test } from "vitest";
import { createKeychain, type Keytar } from "./keychain.ts";

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
