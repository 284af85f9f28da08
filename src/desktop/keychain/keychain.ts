import { randomUUID } from "node:crypto";
import type { SecretStore } from "../../contract/index.ts";

/** keytar's surface; the implementation is the maintained drop-in of the same name. */
export type Keytar = {
  getPassword(service: string, account: string): Promise<string | null>;
  setPassword(service: string, account: string, password: string): Promise<void>;
  deletePassword(service: string, account: string): Promise<boolean>;
  findCredentials(service: string): Promise<unknown[]>;
};
export type Keychain = ReturnType<typeof createKeychain>;

const SERVICE = "Aeroplane";
const names: Partial<Record<NodeJS.Platform, string>> = { darwin: "the macOS Keychain", win32: "the Windows Credential Manager" };

/** Secrets of this session, and those that a person asked to keep, in the system's keychain where one works. */
export function createKeychain({ load = loadKeytar }: { load?: () => Promise<Keytar> } = {}) {
  const session = new Map<string, string>();
  let opened: Promise<{ keytar: Keytar } | { why: string }> | undefined;
  const open = () => (opened ??= probe(load));

  async function status(): Promise<SecretStore> {
    const found = await open();
    if ("keytar" in found) return { kind: "keychain", words: `Kept in ${names[process.platform] ?? "the Secret Service"}` };
    return { kind: "session", words: `Asked again at each start: ${found.why}` };
  }

  async function get(account: string): Promise<string | undefined> {
    const known = session.get(account);
    if (known !== undefined) return known;
    const found = await open();
    if (!("keytar" in found)) return undefined;
    const kept = (await found.keytar.getPassword(SERVICE, account).catch(() => null)) ?? undefined;
    if (kept !== undefined) session.set(account, kept);
    return kept;
  }

  /** Called once the secret has proved right; `keep`: beyond this session. */
  async function remember(account: string, secret: string, { keep }: { keep: boolean }): Promise<void> {
    session.set(account, secret);
    const found = await open();
    if (keep && "keytar" in found) await found.keytar.setPassword(SERVICE, account, secret);
  }

  async function forget(account: string): Promise<void> {
    session.delete(account);
    const found = await open();
    if ("keytar" in found) await found.keytar.deletePassword(SERVICE, account).catch(() => false);
  }

  return { status, get, remember, forget };
}

/** A store that loses what it takes is worse than none, so it must give a canary back, and be able to list. */
async function probe(load: () => Promise<Keytar>): Promise<{ keytar: Keytar } | { why: string }> {
  const account = `canary:${randomUUID()}`;
  try {
    const keytar = await load();
    // Without a Secret Service the library falls back to the kernel's memory, where listing fails.
    await keytar.findCredentials(SERVICE);
    await keytar.setPassword(SERVICE, account, account);
    const back = await keytar.getPassword(SERVICE, account);
    await keytar.deletePassword(SERVICE, account);
    return back === account ? { keytar } : { why: "the system's keychain does not give back what it takes." };
  } catch {
    return { why: "no keychain of the system answers." };
  }
}

async function loadKeytar(): Promise<Keytar> {
  const loaded = (await import("keytar/keytar.js")) as unknown as Keytar & { default?: Keytar };
  return loaded.default ?? loaded;
}
