import type { Client } from "ssh2";
import { fail, Failure } from "@aeroplane/agent/contract";
import type { Auth } from "../../contract/index.ts";
import type { Keychain } from "../keychain/keychain.ts";
import { connectOnce, type Credential } from "./connect.ts";
import { unlock, type SecretKind } from "./credential.ts";
import type { Login } from "./failures.ts";
import type { HostKeys } from "./host-keys.ts";
import { keeps, NeedsPerson, type Ask } from "./question.ts";

export { NeedsPerson, type Ask, type Question } from "./question.ts";

type Secret = { value: string; keep: boolean; asked: boolean };
type Options = {
  account: string;
  login: Login & { auth: Auth };
  ask: Ask;
  hostKeys: HostKeys;
  keychain: Keychain;
  signal?: AbortSignal;
  onHandshake?: () => void;
};

const TRIES = 3;

/**
 * Signs in, asking what only a person can answer. Each question is asked with no connection open, so that the server's
 * patience does not matter; and no secret is asked before the host is known.
 */
export async function signIn({ account, login, ask, hostKeys, keychain, signal, onHandshake }: Options): Promise<Client> {
  const attempt = (credential: Credential) => connectOnce(login, { credential, hostKeys, signal, onHandshake });
  const kept = await keychain.get(account);
  let secret: Secret | undefined = kept === undefined ? undefined : { value: kept, keep: false, asked: false };
  let reason: string | null = null;
  let asked = 0;

  while (true) {
    const unlocked = await unlock(login.auth, login, secret?.value);
    if (unlocked.state === "locked" || reason !== null) {
      const kind = unlocked.state === "locked" ? unlocked.kind : "password";
      const why: string | null = reason ?? (unlocked.state === "locked" ? unlocked.reason : null);
      if (asked >= TRIES) throw refused(login, kind);
      await meetHost(login, attempt, ask, hostKeys);
      secret = await askSecret({ ask, login, kind, reason: why, keychain });
      asked += 1;
      reason = null;
      continue;
    }
    try {
      const outcome = await attempt(unlocked.credential);
      if (outcome.state === "unknown-host") {
        await approve(login, outcome, ask, hostKeys);
        continue;
      }
      if (secret?.asked) await keychain.remember(account, secret.value, { keep: secret.keep });
      return outcome.client;
    } catch (error) {
      const mayAskAgain = ask !== null && login.auth.type === "password" && error instanceof Failure && error.problem.code === "LOGIN_REFUSED";
      if (!mayAskAgain || asked >= TRIES) throw error;
      reason = `${login.address} refused this password.`;
    }
  }
}

/** Sees the host's key before a secret for it is typed. */
async function meetHost(login: Login, attempt: (credential: Credential) => ReturnType<typeof connectOnce>, ask: Ask, hostKeys: HostKeys): Promise<void> {
  try {
    const outcome = await attempt({ type: "none" });
    if (outcome.state === "connected") return outcome.client.destroy() as unknown as void;
    await approve(login, outcome, ask, hostKeys);
  } catch (error) {
    // No method at all is refused as it should be: the key was the known one.
    if (!(error instanceof Failure && error.problem.code === "LOGIN_REFUSED")) throw error;
  }
}

async function approve(login: Login, host: { key: Buffer; keyType: string; fingerprint: string }, ask: Ask, hostKeys: HostKeys): Promise<void> {
  const { address, port } = login;
  if (!ask) throw new NeedsPerson();
  const answer = await ask({ type: "host-key", address: port === 22 ? address : `${address}:${port}`, keyType: host.keyType, fingerprint: host.fingerprint });
  if (answer.type !== "host-key" || !answer.accept) throw fail("HOST_KEY_REFUSED", { address });
  await hostKeys.trust(address, port, host.key);
}

async function askSecret({ ask, login, kind, reason, keychain }: { ask: Ask; login: Login & { auth: Auth }; kind: SecretKind; reason: string | null; keychain: Keychain }): Promise<Secret> {
  if (!ask) throw new NeedsPerson();
  const label = kind === "passphrase" && login.auth.type === "key" ? `Passphrase of ${login.auth.path}` : `Password of ${login.user}@${login.address}`;
  const answer = await ask({ type: "secret", kind, label, reason, canRemember: await keeps(keychain) });
  if (answer.type !== "secret") throw fail("CANCELLED", { what: `Signing in to ${login.address}` });
  return { value: answer.value, keep: answer.remember, asked: true };
}

function refused(login: Login & { auth: Auth }, kind: SecretKind): Failure {
  if (kind === "passphrase" && login.auth.type === "key") return fail("PASSPHRASE_WRONG", { path: login.auth.path });
  return fail("LOGIN_REFUSED", { address: login.address, user: login.user, method: "password" });
}
