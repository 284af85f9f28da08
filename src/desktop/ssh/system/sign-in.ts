import { fail, Failure, type Problem } from "@aeroplane/agent/contract";
import type { ServerLogin } from "../../../contract/index.ts";
import type { Keychain } from "../../keychain/keychain.ts";
import { systemSsh } from "../config/program.ts";
import { requireOwned } from "../config/owned.ts";
import { openKey, readKeyFile, wholePath } from "../key-file.ts";
import { keeps, NeedsPerson, type Ask } from "../question.ts";
import { passphraseAccount } from "../sign-in.ts";
import type { Transport } from "../transport.ts";
import { createAskpass } from "./askpass.ts";
import { endLeftovers } from "./leftovers.ts";
import { endMaster, requirePlainPath, startMaster, untilSignedIn, type Master } from "./master.ts";
import { failureOf, readQuestion } from "./said.ts";
import { systemTransport } from "./transport.ts";

type HostKey = { type: string; fingerprint: string };
type Options = {
  /** Where the password of a login is kept. */
  accountOf(user: string, address: string): string;
  login: ServerLogin;
  ask: Ask;
  keychain: Pick<Keychain, "get" | "open" | "remember" | "forget" | "status">;
  /** Throws where the own record says that this is another machine; called before the connection is used. */
  checkKey(key: HostKey): Promise<void>;
  configPath: string;
  home: string;
  signal?: AbortSignal;
  onHandshake?: () => void;
};
type Secret = { account: string; value: string; keep: boolean; asked: boolean };

/** A sshd of OpenSSH 10 shuts out an address after three failed connections: one sign-in stays below. */
const TRIES = 2;
/** These are tried on this computer alone, a kept one included. */
const PASSPHRASE_TRIES = 4;

/** Signs in with the system's own ssh, which asks through this app. */
export async function signInBySystem(options: Options): Promise<Transport> {
  const { login, ask, signal } = options;
  const program = await systemSsh();
  if (!program.usable) throw fail("SSH_PROGRAM_UNUSABLE", { address: login.address, why: program.why! });
  await requireOwned(options.configPath);
  if (login.auth.type === "key") requirePlainPath(login.auth.path);
  const wrong = new Map<string, string>();
  for (let tries = 1; ; tries += 1) {
    signal?.throwIfAborted();
    const outcome = await attempt(options, wrong);
    if ("transport" in outcome) return outcome.transport;
    // Again only where a password was wrong and a person gives another one.
    const passwords = outcome.secrets.filter(({ account }) => !account.startsWith("key:"));
    if (outcome.problem.code !== "LOGIN_REFUSED" || passwords.length === 0 || outcome.questions || !ask || tries >= TRIES) throw new Failure(outcome.problem);
    for (const { account } of passwords) wrong.set(account, `${login.address} refused this password.`);
  }
}

type Refused = { problem: Problem; secrets: Secret[]; questions: boolean };

async function attempt(options: Options, wrong: Map<string, string>): Promise<{ transport: Transport } | Refused> {
  const { login, ask, keychain, signal, checkKey, accountOf, home, onHandshake } = options;
  const secrets: Secret[] = [];
  const over = new AbortController();
  let questions = false;
  let master: Master | undefined;
  let stopped: unknown;

  /** Without an answer ssh would send an empty one, and the server would count it: ssh goes first. */
  const stop = (why: unknown): Promise<never> => {
    stopped ??= why;
    if (master) endMaster(master);
    return new Promise(() => {});
  };
  const answer = (text: string) => reply(text).catch(stop);

  async function reply(text: string): Promise<string> {
    const question = readQuestion(text);
    if (question.type === "host-key") {
      if (!ask) throw new NeedsPerson();
      const { address, keyType, fingerprint } = question;
      const given = await ask({ type: "host-key", address, keyType, fingerprint, before: null }, { signal: over.signal });
      if (given.type !== "host-key" || !given.accept) throw fail("HOST_KEY_REFUSED", { address });
      // ssh takes the very fingerprint as its yes.
      return fingerprint;
    }
    if (question.type === "passphrase") return passphraseFor(question.path);
    requireFirstStep(question.type);
    if (question.type === "password") return secretFor(accountOf(question.user, question.address), "password", `Password of ${question.user}@${question.address}`);
    questions = true;
    if (!ask) throw new NeedsPerson();
    const given = await ask({ type: "questions", name: "", instructions: "", fields: [{ label: text, echo: false }] }, { signal: over.signal });
    if (given.type !== "questions") throw fail("CANCELLED", { what: `Signing in to ${login.address}` });
    return given.values[0] ?? "";
  }

  /** Who chose a key is asked for more only once that key was right; ssh would go on to the password by itself. */
  function requireFirstStep(type: string): void {
    const byKey = login.auth.type === "key" || login.auth.type === "agent";
    if (!byKey || type === "pin" || /partial success/.test(master?.said().stderr ?? "")) return;
    throw fail("LOGIN_REFUSED", { address: login.address, user: login.user, method: login.auth.type === "key" ? `the key ${login.auth.path}` : "the keys of the ssh-agent" });
  }

  /** Tried here first: ssh would spend its only prompt on a wrong one. */
  async function passphraseFor(path: string): Promise<string> {
    const account = passphraseAccount(path);
    const opens = await openerOf(path);
    for (let tries = 0; tries < PASSPHRASE_TRIES; tries += 1) {
      const value = await secretFor(account, "passphrase", `Passphrase of ${path}`);
      if (opens(value)) return value;
    }
    throw fail("PASSPHRASE_WRONG", { path });
  }

  async function secretFor(account: string, kind: "password" | "passphrase", label: string): Promise<string> {
    const before = secrets.find((secret) => secret.account === account);
    await keychain.open(account, ask);
    const kept = before || wrong.has(account) ? undefined : await keychain.get(account);
    if (kept !== undefined) {
      secrets.push({ account, value: kept, keep: false, asked: false });
      return kept;
    }
    if (!ask) throw new NeedsPerson();
    const reason = before ? `The passphrase does not open the key ${account.slice("key:".length)}.` : (wrong.get(account) ?? null);
    const given = await ask({ type: "secret", kind, label, reason, canRemember: await keeps(keychain) }, { signal: over.signal });
    if (given.type !== "secret") throw fail("CANCELLED", { what: `Signing in to ${login.address}` });
    if (before) secrets.splice(secrets.indexOf(before), 1);
    secrets.push({ account, value: given.value, keep: given.remember, asked: true });
    return given.value;
  }

  await endLeftovers();
  const askpass = await createAskpass({ answer, hint: () => {} });
  const control = `${askpass.folder}/m`;
  try {
    const batch = ask === null && !(await keepsAny(options));
    master = startMaster({ login: withWholePath(login), control, env: askpass.env, mayAsk: ask !== null, batch, home, onHandshake });
    const abort = () => stop(signal!.reason);
    signal?.addEventListener("abort", abort, { once: true });
    const signedIn = await untilSignedIn(master, control, signal);
    signal?.removeEventListener("abort", abort);
    over.abort();
    if (stopped) throw stopped;
    const { stderr, hostKey } = master.said();
    if (!signedIn) return await refusal(stderr);
    if (hostKey) await checkKey(hostKey);
    for (const { account, value, keep, asked } of secrets) if (asked) await keychain.remember(account, value, { keep });
    return { transport: systemTransport({ master, control, folder: askpass.folder, address: login.address, onClosed: askpass.close }) };
  } catch (error) {
    over.abort();
    if (master) endMaster(master);
    await askpass.close();
    throw stopped ?? error;
  }

  async function refusal(stderr: string): Promise<Refused> {
    await askpass.close();
    const { problem } = failureOf(stderr, login);
    // In the background ssh was told to refuse what it would have asked.
    if (ask === null && (problem.code === "HOST_KEY_REFUSED" || (problem.code === "LOGIN_REFUSED" && secrets.length === 0))) throw new NeedsPerson();
    return { problem, secrets, questions };
  }
}

/** Whether a passphrase opens the file, as far as this app can read it; else ssh will tell. */
async function openerOf(path: string): Promise<(passphrase: string) => boolean> {
  const file = await readKeyFile(path).catch(() => null);
  if (!file || "hardware" in file) return () => true;
  return (passphrase) => openKey(file, passphrase) !== null;
}

/** Whether anything is kept that could answer in a person's place. */
async function keepsAny({ login, keychain, accountOf }: Options): Promise<boolean> {
  const accounts = [accountOf(login.user, login.address), ...(login.auth.type === "key" ? [login.auth.path, wholePath(login.auth.path)].map(passphraseAccount) : [])];
  for (const account of accounts) if ((await keychain.get(account)) !== undefined) return true;
  return false;
}

const withWholePath = (login: ServerLogin): ServerLogin => (login.auth.type === "key" ? { ...login, auth: { type: "key", path: wholePath(login.auth.path) } } : login);
