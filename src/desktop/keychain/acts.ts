import { fail } from "@aeroplane/agent/contract";
import type { SecretsState } from "../../contract/index.ts";
import type { Keychain } from "./keychain.ts";
import type { SealedFile } from "./sealed.ts";

/** What a person does about their secrets in Settings; each answers how things stand afterwards. */
export function createSecrets({ keychain, file }: { keychain: Keychain; file: SealedFile }) {
  const { system } = keychain;
  const state = () => keychain.state();

  async function keepInFile({ passphrase, replace }: { passphrase: string; replace: boolean }): Promise<SecretsState> {
    // Asked before the costly part, and again when it is written.
    if (!replace && (await file.state())) throw fail("NAME_TAKEN", { name: file.path, what: "sealed file" });
    await file.create(passphrase, { replace });
    return state();
  }

  async function unlock({ passphrase }: { passphrase: string | null }): Promise<SecretsState> {
    if (passphrase !== null) await file.unlock(passphrase);
    else if ((await system.unlock()).state === "locked") throw fail("KEYCHAIN_LOCKED", {});
    return state();
  }

  function lock(): Promise<SecretsState> {
    file.lock();
    keychain.forgetSession();
    return state();
  }

  async function changePassphrase({ current, next }: { current: string; next: string }): Promise<SecretsState> {
    await file.changePassphrase(current, next);
    return state();
  }

  async function useKeychain(): Promise<SecretsState> {
    const standing = await system.prove({ again: true });
    if (standing.state === "locked") throw fail("KEYCHAIN_LOCKED", {});
    if (standing.state === "absent") throw fail("KEYCHAIN_ABSENT", { why: standing.why });
    // The file goes last: until then nothing is in one place only.
    for (const [account, secret] of await file.all()) await system.set(account, secret);
    await file.destroy();
    return state();
  }

  async function forgetAll(): Promise<SecretsState> {
    const standing = await system.look();
    if (standing.state === "locked") throw fail("KEYCHAIN_LOCKED", {});
    if (standing.state === "works") for (const account of await system.accounts()) await system.remove(account);
    await file.destroy();
    keychain.forgetSession();
    return state();
  }

  return { status: state, keepInFile, unlock, lock, changePassphrase, useKeychain, forgetAll };
}
