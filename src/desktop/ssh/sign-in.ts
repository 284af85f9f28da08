import type { Duplex } from "node:stream";
import type { Client } from "ssh2";
import { fail, type Failure } from "@aeroplane/agent/contract";
import type { Auth } from "../../contract/index.ts";
import type { Keychain } from "../keychain/keychain.ts";
import { connectOnce, type Asked, type Outcome } from "./connect.ts";
import type { Login } from "./failures.ts";
import type { KeyPlace } from "./host-keys.ts";
import { identitiesFor, type Identities, type Identity, type KeySettings } from "./identities.ts";
import { asksPassword, askQuestions } from "./interactive.ts";
import { openKey, type KeyFile } from "./key-file.ts";
import { agentOffer, fileOffer, type Offer } from "./offers.ts";
import { keeps, NeedsPerson, type Ask } from "./question.ts";
import type { Trust } from "./trust.ts";

export { NeedsPerson, type Ask, type Question } from "./question.ts";

type Secret = { value: string; keep: boolean; asked: boolean };
export type SignInOptions = {
  /** Where its password is kept. */
  account: string;
  login: Login & { auth: Auth };
  settings: KeySettings;
  place: KeyPlace;
  /** Under which its host key is pinned. */
  pin: string;
  ask: Ask;
  trust: Trust;
  keychain: Pick<Keychain, "get" | "open" | "remember" | "forget" | "status">;
  dial?: () => Promise<Duplex>;
  signal?: AbortSignal;
  onHandshake?: () => void;
};

/** A sshd of OpenSSH 10 shuts out an address after three failed connections: one sign-in stays below. */
const TRIES = 2;
/** These are tried on this computer alone. */
const PASSPHRASE_TRIES = 3;
/** In one connection; one offer of the five is left for what follows the keys. */
const MOST_KEYS = 4;
/** A passphrase belongs to the key file, whichever server it opens. */
export const passphraseAccount = (path: string) => `key:${path}`;

/**
 * Signs in to one host. What only a person can answer is asked with no connection open, so that the server's patience
 * does not matter; only what the server itself asks (a one-time code) is asked inside one. No secret is asked before the
 * host is known, and nothing that was refused is offered again without a person's new answer.
 */
export async function signIn(options: SignInOptions): Promise<Client> {
  const { account, login, settings, place, pin, ask, trust, keychain, dial, signal, onHandshake } = options;
  const identities = await identitiesFor(login.auth, settings, login.address);
  const passphrases = new Map<string, Secret>();
  for (const path of lockedPaths(identities)) await recall(passphrases, path, passphraseAccount(path), keychain, ask);
  const kept = await keychain.get(account);
  let password: Secret | undefined = kept === undefined ? undefined : { value: kept, keep: false, asked: false };
  let reason: string | null = null;
  let asked = 0;
  /** What is left to offer: a key that was refused is not offered again. */
  let keys = identities.list;
  /** The server takes answers to questions in name only: it asked none. */
  let asksNothing = false;
  let wrongPassphrases = 0;

  while (true) {
    const round = createRound();
    const known = await trust.about(place, pin);
    const outcome: Outcome = await connectOnce(login, { known, choose: round.choose, converse: round.converse, dial, signal, onHandshake });
    switch (outcome.state) {
      case "connected": {
        await trust.accept(place, pin, outcome.key, { write: false });
        await rememberAsked();
        return outcome.client;
      }
      case "new-host":
        await approve(outcome);
        break;
      case "locked":
        await unlock(outcome.file);
        break;
      case "refused":
        await mend(outcome, round);
        break;
    }
  }

  /** What one connection offers, each thing once. */
  function createRound() {
    const { type } = login.auth;
    const left = [...keys];
    const done = { keys: [] as Identity[], passed: null as Identity | null, password: false, conversed: false, questions: false };

    function choose(methods: readonly string[], partial: boolean): Offer | null {
      if (partial) done.passed ??= done.keys.at(-1) ?? null;
      if (methods.includes("publickey") && left.length > 0 && done.keys.length < MOST_KEYS) {
        const identity = left.shift()!;
        done.keys.push(identity);
        return identity.from === "agent" ? agentOffer(identity.socket, identity.key) : fileOffer(identity.file, passphrases.get(identity.file.path)?.value);
      }
      const mayPassword = (type === "password" || type === "auto" || partial) && !done.password && password !== undefined && methods.includes("password");
      const mayConverse = (type !== "key" && type !== "agent") || partial;
      // Where both are taken, the same password is not sent by both ways.
      const converses = mayConverse && !done.conversed && !asksNothing && methods.includes("keyboard-interactive") && !(methods.includes("password") && (type === "password" || done.password));
      if (converses) {
        done.conversed = true;
        return { method: "keyboard-interactive", label: "the answers given" };
      }
      if (!mayPassword) return null;
      done.password = true;
      return { method: "password", label: "password", password: password!.value };
    }

    async function converse(questions: Asked, over: AbortSignal): Promise<string[]> {
      if (!done.password && asksPassword(questions)) {
        done.password = true;
        password ??= await askSecret("password", passwordLabel(), over);
        return [password.value];
      }
      done.questions = true;
      return askQuestions(ask, questions, { address: login.address, over });
    }

    return { choose, converse, done };
  }

  /** After a refusal: another try only with something new from a person. */
  async function mend(outcome: Extract<Outcome, { state: "refused" }>, { done }: ReturnType<typeof createRound>): Promise<void> {
    const { type } = login.auth;
    const refusal = refused(login, outcome, identities);
    keys = [...(done.passed ? [done.passed] : []), ...keys.filter((identity) => !done.keys.includes(identity))];
    asksNothing ||= done.conversed && !done.password && !done.questions;
    if (done.questions) {
      // Which of the answers was wrong is not known: the next time all of them are asked.
      if (done.password) await keychain.forget(account);
      throw refusal;
    }
    const takesPassword = (type === "password" || type === "auto" || outcome.partial) && outcome.methods.includes("password");
    if (!done.password && !takesPassword) throw refusal;
    if (done.password) {
      if (!ask || asked >= TRIES) throw refusal;
      reason = `${login.address} refused this password.`;
      password = undefined;
      // A conversation asks by itself.
      if (!takesPassword) return;
    }
    password = await askSecret("password", passwordLabel());
  }

  async function unlock(file: KeyFile): Promise<void> {
    const wrong = passphrases.get(file.path);
    while (true) {
      if (wrongPassphrases >= PASSPHRASE_TRIES) throw fail("PASSPHRASE_WRONG", { path: file.path });
      reason = wrong || wrongPassphrases > 0 ? `The passphrase does not open the key ${file.path}.` : null;
      const secret = await askSecret("passphrase", `Passphrase of ${file.path}`);
      if (openKey(file, secret.value)) {
        passphrases.set(file.path, secret);
        reason = null;
        return;
      }
      wrongPassphrases += 1;
    }
  }

  async function approve(host: Extract<Outcome, { state: "new-host" }>): Promise<void> {
    const { address, port } = login;
    if (!ask) throw new NeedsPerson();
    const { keyType, fingerprint, before } = host;
    const answer = await ask({ type: "host-key", address: port === 22 ? address : `${address}:${port}`, keyType, fingerprint, before });
    if (answer.type !== "host-key" || !answer.accept) throw fail("HOST_KEY_REFUSED", { address });
    // A key that ssh knows already is only pinned.
    await trust.accept(place, pin, host.key, { write: before === null });
  }

  async function askSecret(kind: "password" | "passphrase", label: string, over?: AbortSignal): Promise<Secret> {
    if (!ask) throw new NeedsPerson();
    const given = await ask({ type: "secret", kind, label, reason, canRemember: await keeps(keychain) }, { signal: over });
    if (given.type !== "secret") throw fail("CANCELLED", { what: `Signing in to ${login.address}` });
    if (kind === "password") asked += 1;
    reason = null;
    return { value: given.value, keep: given.remember, asked: true };
  }

  /** Only now have they proved right. */
  async function rememberAsked(): Promise<void> {
    if (password?.asked) await keychain.remember(account, password.value, { keep: password.keep });
    for (const [path, secret] of passphrases) if (secret.asked) await keychain.remember(passphraseAccount(path), secret.value, { keep: secret.keep });
  }

  function passwordLabel(): string {
    return `Password of ${login.user}@${login.address}`;
  }
}

const lockedPaths = ({ list }: Identities) => list.flatMap((identity) => (identity.from === "file" && identity.file.locked ? [identity.file.path] : []));

async function recall(into: Map<string, Secret>, path: string, account: string, keychain: Pick<Keychain, "get" | "open">, ask: Ask): Promise<void> {
  await keychain.open(account, ask);
  const value = await keychain.get(account);
  if (value !== undefined) into.set(path, { value, keep: false, asked: false });
}

function refused(login: Login & { auth: Auth }, { methods, tried, partial, detail }: Extract<Outcome, { state: "refused" }>, { notes }: Identities): Failure {
  const { address, user } = login;
  const words = { auto: "any key of this computer", key: "a key", agent: "a key of the ssh-agent", password: "a password", questions: "answers to questions" };
  const details = { detail: [detail, ...notes].join("\n") };
  if (tried.length === 0) return fail("LOGIN_METHOD_MISSING", { address, user, method: words[login.auth.type], accepted: methods.join(", ") || "nothing" }, details);
  const method = `${tried.join(", ")}${partial ? ", as the second step" : ""}`;
  return fail("LOGIN_REFUSED", { address, user, method }, details);
}
