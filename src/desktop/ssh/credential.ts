import { readFile, stat } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import ssh2 from "ssh2";
import { fail } from "@aeroplane/agent/contract";
import type { Auth } from "../../contract/index.ts";
import type { Credential } from "./connect.ts";
import type { Login } from "./failures.ts";

export type SecretKind = "password" | "passphrase";
export type Unlocked = { state: "unlocked"; credential: Credential } | { state: "locked"; kind: SecretKind; reason: string | null };

/** The credential as far as it can be had with that secret, or which secret it needs. */
export async function unlock(auth: Auth, login: Login, secret: string | undefined): Promise<Unlocked> {
  if (auth.type === "agent") return { state: "unlocked", credential: { type: "agent", socket: agentSocket(login) } };
  if (auth.type === "password") {
    if (secret === undefined) return { state: "locked", kind: "password", reason: null };
    return { state: "unlocked", credential: { type: "password", password: secret } };
  }
  return unlockKey(auth.path, secret);
}

async function unlockKey(path: string, secret: string | undefined): Promise<Unlocked> {
  const text = await readKey(path);
  const parsed = ssh2.utils.parseKey(text, secret);
  if (!(parsed instanceof Error)) {
    const [key] = Array.isArray(parsed) ? parsed : [parsed];
    if (!key?.isPrivateKey()) throw fail("KEY_UNREADABLE", { path, why: "it holds a public key only" });
    return { state: "unlocked", credential: { type: "key", privateKey: text, passphrase: secret } };
  }
  if (/no passphrase given/.test(parsed.message)) return { state: "locked", kind: "passphrase", reason: null };
  if (/passphrase\?|integrity check/i.test(parsed.message) && secret !== undefined) {
    return { state: "locked", kind: "passphrase", reason: `The passphrase does not open the key ${path}.` };
  }
  throw fail("KEY_UNREADABLE", { path, why: parsed.message.replace(/\.$/, "") }, { cause: parsed });
}

async function readKey(path: string): Promise<Buffer> {
  const whole = path.startsWith("~/") ? join(homedir(), path.slice(2)) : path;
  try {
    const found = await stat(whole);
    // A device or a pipe would never end.
    if (!found.isFile() && !found.isDirectory()) throw fail("KEY_UNREADABLE", { path, why: "it is not a file" });
    if (found.size > 64 * 1024) throw fail("KEY_UNREADABLE", { path, why: "it is larger than any key" });
    return await readFile(whole);
  } catch (error) {
    const why = { ENOENT: "it does not exist", EACCES: "reading it is not permitted", EISDIR: "it is a folder" }[(error as NodeJS.ErrnoException).code ?? ""];
    if (why) throw fail("KEY_UNREADABLE", { path, why }, { cause: error });
    throw error;
  }
}

function agentSocket({ address, user }: Login): string {
  const socket = process.env.SSH_AUTH_SOCK ?? (process.platform === "win32" ? "\\\\.\\pipe\\openssh-ssh-agent" : undefined);
  if (!socket) throw fail("LOGIN_REFUSED", { address, user, method: "the ssh-agent, which does not run on this computer" });
  return socket;
}
