import { fail, Failure, toProblem } from "@aeroplane/agent/contract";
import type { Answer, SecretsState, SecretStore } from "../../contract/index.ts";
import { NeedsPerson, type Ask } from "../ssh/question.ts";
import type { SealedFile } from "./sealed.ts";
import { BY_HAND, createSystemKeychain, type Keytar, type Standing, type SystemKeychain } from "./system.ts";

export type { Keytar } from "./system.ts";
export type Keychain = ReturnType<typeof createKeychain>;
/** Asks a person for the master passphrase because something is to be kept for that account. */
export type AskMaster = (account: string, reason: string | null) => Promise<Answer>;

type Options = { load?: () => Promise<Keytar>; platform?: NodeJS.Platform; /** Milliseconds for the system's keychain. */ quick?: number; file?: SealedFile; askMaster?: AskMaster };

const names: Partial<Record<NodeJS.Platform, string>> = { darwin: "the macOS Keychain", win32: "the Windows Credential Manager" };
const TRIES = 3;

/** Secrets of this session, and those that a person asked to keep: in the sealed file where there is one, else in the system's keychain. */
export function createKeychain({ load, platform, quick, file, askMaster }: Options = {}) {
  const session = new Map<string, string>();
  const system: SystemKeychain = createSystemKeychain({ load, platform, quick });
  let trouble: string | null = null;
  const owed = new Set<string>();
  const place = names[platform ?? process.platform] ?? "the Secret Service";
  /** Damaged is as good as there: nothing is kept elsewhere behind a person's back. */
  const sealed = async () => file?.state().catch((error: unknown) => ({ accounts: [], open: false, error }));

  /** Where a secret would be kept now; a person waits for it, who may be asked to unlock the keychain. */
  async function status(): Promise<SecretStore> {
    const { kind, words } = await state({ again: true });
    return { kind, words };
  }

  async function state({ again = false } = {}): Promise<SecretsState> {
    const found = await sealed();
    // Where there is a file, the keychain is not the one that is asked to take anything.
    const standing = await (found ? system.look() : system.prove({ again }));
    const keychain = standing.state;
    if (!found) return { ...systemWords(standing, place), keychain, file: null, trouble };
    const damaged = "error" in found;
    const words = damaged
      ? toProblem(found.error).message
      : `Kept in a file that is sealed with the master passphrase; ${found.open ? "it is open until Aeroplane ends" : "the passphrase is asked when a secret is first needed"}`;
    return { kind: damaged ? "session" : "file", words, keychain, file: { path: file!.path, open: found.open, entries: found.accounts.length, damaged }, trouble };
  }

  async function get(account: string): Promise<string | undefined> {
    const known = session.get(account);
    if (known !== undefined) return known;
    const kept = await ((await sealed()) ? file!.get(account) : quietly(account)).catch(() => undefined);
    if (kept !== undefined) session.set(account, kept);
    return kept;
  }

  /** A locked keychain is not read: that would put its dialog before a person who did nothing. */
  async function quietly(account: string): Promise<string | undefined> {
    if ((await system.look()).state !== "works") return undefined;
    if (owed.size > 0) await settle();
    return system.get(account);
  }

  /** Before a sign-in: opens what holds a secret for that account, as far as somebody may be asked. */
  async function open(account: string, ask: Ask): Promise<void> {
    const found = await sealed();
    const holds = (one: string) => one === account || one.startsWith(`${account}:`);
    if (found) {
      if (found.open || !found.accounts.some(holds) || session.has(account)) return;
      if (!ask) throw new NeedsPerson();
      await askToUnlock((reason) => ask(question(reason)));
    } else if (ask && !session.has(account) && (await system.look()).state === "locked") {
      const kept = await system.get(account, BY_HAND).catch(() => undefined);
      if (kept !== undefined) session.set(account, kept);
    }
  }

  /** Whether it is open afterwards; a dismissed question is a no. */
  async function askToUnlock(ask: (reason: string | null) => Promise<Answer>): Promise<boolean> {
    let reason: string | null = null;
    for (let tries = 0; tries < TRIES; tries += 1) {
      const answer = await ask(reason);
      if (answer.type !== "secret") return false;
      try {
        await file!.unlock(answer.value);
        return true;
      } catch (error) {
        if (!(error instanceof Failure && error.problem.code === "MASTER_WRONG")) throw error;
        reason = error.problem.message;
      }
    }
    throw fail("MASTER_WRONG", {});
  }

  /** Called once the secret has proved right; `keep`: beyond this session. */
  async function remember(account: string, secret: string, { keep }: { keep: boolean }): Promise<void> {
    session.set(account, secret);
    owed.delete(account);
    if (!keep) return;
    const found = await sealed();
    // The login stands; what waits for the master passphrase does so beside it.
    if (found && !found.open) return void keepLater(account, secret);
    await noting(() => (found ? file!.set(account, secret) : keepInSystem(account, secret)));
  }

  async function keepInSystem(account: string, secret: string): Promise<void> {
    const standing = await system.prove({ again: true });
    if (standing.state === "absent") throw fail("KEYCHAIN_ABSENT", { why: standing.why });
    await system.set(account, secret, BY_HAND);
  }

  async function keepLater(account: string, secret: string): Promise<void> {
    await noting(async () => {
      if (!askMaster || !(await askToUnlock((reason) => askMaster(account, reason)))) throw fail("SEALED_FILE_CLOSED", {});
      await file!.set(account, secret);
    });
  }

  /** What could not be kept is said where secrets are spoken of; it must not end a sign-in that worked. */
  async function noting(act: () => Promise<void>): Promise<void> {
    try {
      await act();
      trouble = null;
    } catch (error) {
      trouble = `The last secret could not be kept: ${error instanceof Failure ? error.problem.message : "the keychain refused it."}`;
    }
  }

  async function forget(account: string): Promise<void> {
    session.delete(account);
    if (await sealed()) return file!.remove(account).catch(() => {});
    if ((await system.look()).state === "works") await system.remove(account).catch(() => owed.add(account));
    else owed.add(account);
  }

  /** What was forgotten while the keychain was locked goes once it is open. */
  async function settle(): Promise<void> {
    for (const account of owed) await system.remove(account).then(() => owed.delete(account), () => {});
  }

  function forgetSession(): void {
    session.clear();
  }

  return { status, state, get, open, remember, forget, forgetSession, system };
}

const question = (reason: string | null) =>
  ({ type: "secret", kind: "master", label: "The sealed file on this computer holds a secret for this server.", canRemember: false, reason }) as const;

function systemWords(standing: Standing, place: string): SecretStore {
  switch (standing.state) {
    case "works":
      return { kind: "keychain", words: `Kept in ${place}` };
    case "locked":
      return { kind: "locked", words: `Kept in ${place}, which is locked at this moment: secrets are asked until it is unlocked` };
    case "absent":
      return { kind: "session", words: `Asked again at each start: ${standing.why}` };
  }
}
