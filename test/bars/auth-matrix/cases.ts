// The matrix: every way to sign in, right and wrong, and how each has to end.
import type { Auth, Hop, ServerLogin } from "../../../src/contract/index.ts";
import type { Checks } from "../tunnel/checks.ts";
import { PASSPHRASE, type Keys } from "./keys.ts";
import type { Answers } from "./person.ts";

export type Place = { address: string; port: number };
/** What the servers of a form can do; null: not there. */
export type Stage = {
  keys: Keys;
  target: Place & { user: string };
  jump: Hop;
  /** Users of which each has one way in. */
  password: { user: string; password: string } | null;
  code: { user: string; code(): string; prompt: string } | null;
  keyAndCode: { place: Place; user: string; code(): string; prompt: string } | null;
  keyAndPassword: { place: Place; user: string; password: string } | null;
  passwordAndCode: { user: string; password: string; code(): string; prompt: string } | null;
  /** A user that has certificates alone, and the alias that reaches it by a ProxyCommand. */
  certified: { place: Place; user: string; alias: string };
  /** An alias of ~/.ssh/config behind the jump host. */
  behind: string;
  agents: { full: string; empty: string };
};
export type Case = { name: string; login: ServerLogin; answers: Answers; want: string; asked?: string[]; agent?: string; /** At the same computer as the one before, in the same session. */ goesOn?: boolean };

/** Watches that a wrong one costs no more than it must. */
export type Lockout = { before(): Promise<void>; after(one: Case): Promise<void>; report(checks: Checks): Promise<string> };

export function casesOf(stage: Stage): Case[] {
  const { keys, target, jump, agents } = stage;
  const login = (auth: Auth, at: Partial<ServerLogin> = {}): ServerLogin => ({ user: target.user, address: target.address, port: target.port, alias: null, jumps: [], client: "built-in", door: "forwarding", ...at, auth });
  const key = (path: string): Auth => ({ type: "key", path });
  const right = (name: string, chosen: ServerLogin, answers: Answers = {}, more: Partial<Case> = {}): Case => ({ name, login: chosen, answers, want: "signed in", ...more });
  const wrong = (name: string, want: string, chosen: ServerLogin, answers: Answers = {}, more: Partial<Case> = {}): Case => ({ name, login: chosen, answers, want, ...more });
  const { password, code, keyAndCode, keyAndPassword, passwordAndCode, certified } = stage;
  const says = (value: string) => () => value;
  const never = "000000";

  const cases: (Case | null)[] = [
    right("a key file", login(key(keys.plain))),
    right("an encrypted key file", login(key(keys.locked)), { passphrase: [PASSPHRASE] }, { asked: ["passphrase"] }),
    right("an encrypted key file, its passphrase kept for the session", login(key(keys.locked)), {}, { asked: [], goesOn: true }),
    right("an encrypted PEM file", login(key(keys.pem)), { passphrase: ["wrong", PASSPHRASE] }, { asked: ["passphrase", "passphrase"] }),
    right("the ssh-agent", login({ type: "agent" }), {}, { agent: agents.full }),
    right("as the ssh command does: an agent", login({ type: "auto" }), {}, { agent: agents.full }),
    right("as the ssh command does: a usual key file", login({ type: "auto" }), {}, { agent: agents.empty }),
    right("a jump host", login(key(keys.plain), { jumps: [jump] })),
    right("a host of ~/.ssh/config behind a jump host, by the system's ssh", login({ type: "auto" }, { alias: stage.behind, client: "system" }), {}, { agent: agents.full }),
    right("a certificate through a ProxyCommand, by the system's ssh", login({ type: "auto" }, { ...certified.place, user: certified.user, alias: certified.alias, client: "system" })),
    right("an encrypted key file, by the system's ssh", login(key(keys.pem), { client: "system" }), { passphrase: [PASSPHRASE] }),
    password && right("a password", login({ type: "password" }, { user: password.user }), { password: [password.password] }, { asked: ["password"] }),
    password && right("a password at the second go", login({ type: "password" }, { user: password.user }), { password: ["wrong", password.password] }, { asked: ["password", "password"] }),
    password && right("a password, by the system's ssh", login({ type: "password" }, { user: password.user, client: "system" }), { password: [password.password] }),
    code && right("a one-time code", login({ type: "questions" }, { user: code.user }), { questions: code.code }, { asked: [code.prompt] }),
    keyAndCode && right("a key and a one-time code", login(key(keys.plain), { ...keyAndCode.place, user: keyAndCode.user }), { questions: keyAndCode.code, password: [keyAndCode.code()] }, { asked: [keyAndCode.prompt] }),
    keyAndCode && right("a key of the agent and a one-time code", login({ type: "agent" }, { ...keyAndCode.place, user: keyAndCode.user }), { questions: keyAndCode.code, password: [keyAndCode.code()] }, { asked: [keyAndCode.prompt], agent: agents.full }),
    code && keyAndCode && right("a key and a one-time code behind a jump host", login(key(keys.plain), { ...keyAndCode.place, user: keyAndCode.user, jumps: [jump] }), { questions: keyAndCode.code }, { asked: [keyAndCode.prompt] }),
    code && keyAndCode && right("a key and a one-time code, by the system's ssh", login(key(keys.plain), { ...keyAndCode.place, user: keyAndCode.user, client: "system" }), { questions: keyAndCode.code }),
    keyAndPassword && right("a key and a password", login(key(keys.plain), { ...keyAndPassword.place, user: keyAndPassword.user }), { password: [keyAndPassword.password] }, { asked: ["password"] }),
    passwordAndCode && right("a password and a one-time code", login({ type: "password" }, { user: passwordAndCode.user }), { password: [passwordAndCode.password], questions: passwordAndCode.code }, { asked: ["password", passwordAndCode.prompt] }),

    wrong("a key that is not admitted", "LOGIN_REFUSED", login(key(keys.stranger))),
    wrong("a passphrase that is wrong", "PASSPHRASE_WRONG", login(key(keys.locked), { port: target.port }), { passphrase: ["a", "b", "c", "d"] }),
    wrong("an agent without a key", "SSH_AGENT_UNAVAILABLE", login({ type: "agent" }), {}, { agent: agents.empty }),
    wrong("no agent", "SSH_AGENT_UNAVAILABLE", login({ type: "agent" }), {}, { agent: "/nowhere/agent.sock" }),
    wrong("a key file that is not there", "KEY_UNREADABLE", login(key(`${keys.plain}-gone`))),
    wrong("a jump host that refuses the login", "LOGIN_REFUSED", login(key(keys.plain), { jumps: [{ ...jump, user: "nobody-here" }] })),
    wrong("a jump host that cannot reach on", "JUMP_REFUSED", login(key(keys.plain), { jumps: [jump], port: 1 })),
    wrong("a password where none is taken", "LOGIN_METHOD_MISSING", login({ type: "password" }, { ...keyAndCode?.place, user: keyAndCode?.user ?? target.user }), { password: ["x"] }),
    wrong("a key that is not admitted, by the system's ssh", "LOGIN_REFUSED", login(key(keys.stranger), { client: "system" })),
    password && wrong("passwords that are wrong", "LOGIN_REFUSED", login({ type: "password" }, { user: password.user }), { password: ["a", "b", "c", "d"] }, { asked: ["password", "password"] }),
    code && wrong("a one-time code that is wrong", "LOGIN_REFUSED", login({ type: "questions" }, { user: code.user }), { questions: says(never) }, { asked: [code.prompt] }),
    code && keyAndCode && wrong("a key, and a one-time code that is wrong", "LOGIN_REFUSED", login(key(keys.plain), { ...keyAndCode.place, user: keyAndCode.user }), { questions: says(never) }, { asked: [keyAndCode.prompt] }),
    keyAndPassword && wrong("a key, and passwords that are wrong", "LOGIN_REFUSED", login(key(keys.plain), { ...keyAndPassword.place, user: keyAndPassword.user }), { password: ["a", "b", "c"] }),
    wrong("a question that is dismissed", "CANCELLED", login(key(keys.locked)), {}),
  ];
  return cases.filter((one) => one !== null);
}
