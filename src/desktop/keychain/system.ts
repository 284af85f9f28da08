import { randomUUID } from "node:crypto";
import { createTurns, Stuck } from "./turns.ts";

/** keytar's surface; the implementation is the maintained drop-in of the same name. */
export type Keytar = {
  getPassword(service: string, account: string): Promise<string | null>;
  setPassword(service: string, account: string, password: string): Promise<void>;
  deletePassword(service: string, account: string): Promise<boolean>;
  findCredentials(service: string): Promise<unknown[]>;
};
export type Standing = { state: "works" } | { state: "locked" } | { state: "absent"; why: string };
export type SystemKeychain = ReturnType<typeof createSystemKeychain>;

const SERVICE = "Aeroplane";
/** Milliseconds for a keychain that nobody has to be asked about. */
const QUICK = 3000;
/** And for one whose own dialog a person is looking at. */
export const BY_HAND = 20_000;

/** The keychain of the operating system. Nothing here waits longer than it says: a locked one may answer only when a person does. */
export function createSystemKeychain({ load = loadKeytar, platform = process.platform, quick = QUICK }: { load?: () => Promise<Keytar>; platform?: NodeJS.Platform; quick?: number } = {}) {
  const turns = createTurns();
  let loading: Promise<Keytar> | undefined;
  let proved = false;
  /** The system's dialog was put away, or nobody answered it. */
  let refused = false;
  let listing: Promise<Standing> | undefined;
  // A failed load is tried again: it costs nothing, and the cause may be mended.
  const keytar = () => (loading ??= load().catch((error: unknown) => ((loading = undefined), Promise.reject(error as Error))));
  const turn = <T>(act: (keytar: Keytar) => Promise<T>, patience = quick) => turns.take(async () => act(await keytar()), patience);

  /** How it stands now, without a dialog of the system: it may be locked or unlocked at any time. Asked by many at once, looked once. */
  function look(): Promise<Standing> {
    return (listing ??= lookNow().finally(() => (listing = undefined)));
  }

  async function lookNow(): Promise<Standing> {
    // Elsewhere listing may ask a person; there it stands as it was found.
    if (platform !== "linux" && proved) return { state: "works" };
    try {
      // Without a Secret Service the library falls back to the kernel's memory, where listing fails; in a locked one it fails too.
      const found = await turn((keytar) => keytar.findCredentials(SERVICE));
      proved ||= found.length > 0;
      return { state: "works" };
    } catch (error) {
      return told(error);
    }
  }

  /** Whether it can be relied on: a store that loses what it takes is worse than none, so it must give a canary back, once. */
  async function prove({ again }: { again: boolean }): Promise<Standing> {
    const seen = await look();
    if (seen.state !== "works" || proved) return seen;
    // A locked one without a secret of ours shows only when something is written; its dialog comes once, not at every look.
    if (refused && !again) return { state: "locked" };
    const account = `canary:${randomUUID()}`;
    try {
      await turn((keytar) => keytar.setPassword(SERVICE, account, account));
      const back = await turn((keytar) => keytar.getPassword(SERVICE, account));
      await turn((keytar) => keytar.deletePassword(SERVICE, account));
      proved = back === account;
      refused = false;
      return proved ? { state: "works" } : { state: "absent", why: "the system's keychain does not give back what it takes." };
    } catch (error) {
      refused = true;
      return told(error);
    }
  }

  const get = async (account: string, patience?: number) => (await turn((keytar) => keytar.getPassword(SERVICE, account), patience)) ?? undefined;
  const set = (account: string, secret: string, patience?: number) => turn((keytar) => keytar.setPassword(SERVICE, account, secret), patience);
  const remove = (account: string) => turn((keytar) => keytar.deletePassword(SERVICE, account));

  async function accounts(): Promise<string[]> {
    const found = await turn((keytar) => keytar.findCredentials(SERVICE));
    return found.flatMap((one) => (one as { account?: unknown }).account).filter((account) => typeof account === "string");
  }

  /** Asks the system to unlock it, by writing: reading what is not there would ask nobody. */
  async function unlock(): Promise<Standing> {
    const account = `canary:${randomUUID()}`;
    try {
      await turn((keytar) => keytar.setPassword(SERVICE, account, account), BY_HAND);
      await turn((keytar) => keytar.deletePassword(SERVICE, account));
    } catch (error) {
      return told(error);
    }
    return prove({ again: true });
  }

  return { stuck: turns.stuck, look, prove, get, set, remove, accounts, unlock };
}

const LOCKED = /IsLocked|locked object|prompt was dismissed|interaction is not allowed|interaction not allowed/i;

function told(error: unknown): Standing {
  const locked = error instanceof Stuck || (error instanceof Error && LOCKED.test(error.message));
  return locked ? { state: "locked" } : { state: "absent", why: "no keychain of the system answers." };
}

async function loadKeytar(): Promise<Keytar> {
  const loaded = (await import("keytar/keytar.js")) as unknown as Keytar & { default?: Keytar };
  return loaded.default ?? loaded;
}
