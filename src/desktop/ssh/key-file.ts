import { createPrivateKey } from "node:crypto";
import { readFile, stat } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import ssh2, { type ParsedKey } from "ssh2";
import { fail } from "@aeroplane/agent/contract";

export type KeyFile = {
  path: string;
  /** What the server is asked about; null where only the unlocked file tells (an encrypted PEM file without its .pub). */
  publicKey: ParsedKey | null;
  locked: boolean;
  text: Buffer;
};
/** Only the system's ssh can use it. */
export type HardwareKey = { path: string; hardware: true };

export const wholePath = (path: string) => (path === "~" || path.startsWith("~/") ? join(homedir(), path.slice(2)) : path);

export async function readKeyFile(path: string): Promise<KeyFile | HardwareKey> {
  const text = await readKey(path);
  const inside = publicInside(text);
  if (inside?.type.startsWith("sk-")) return { path, hardware: true };
  const parsed = parse(text);
  if (!(parsed instanceof Error)) {
    const [key] = Array.isArray(parsed) ? parsed : [parsed];
    if (!key?.isPrivateKey()) throw fail("KEY_UNREADABLE", { path, why: "it holds a public key only" });
    return { path, publicKey: key, locked: false, text };
  }
  if (!/no passphrase given/.test(parsed.message)) throw fail("KEY_UNREADABLE", { path, why: parsed.message.replace(/\.$/, "") }, { cause: parsed });
  return { path, publicKey: parsedOrNull(inside?.blob) ?? (await publicBeside(path)), locked: true, text };
}

/** Null where that passphrase does not open it. */
export function openKey({ path, text }: KeyFile, passphrase: string | undefined): ParsedKey | null {
  const parsed = parse(text, passphrase);
  if (!(parsed instanceof Error)) return Array.isArray(parsed) ? parsed[0]! : parsed;
  if (/passphrase|integrity check/i.test(parsed.message)) return null;
  throw fail("KEY_UNREADABLE", { path, why: parsed.message.replace(/\.$/, "") }, { cause: parsed });
}

/** The public half of a key file or of its .pub; null where neither can be read: such a one is passed over. */
export async function publicHalf(path: string): Promise<Buffer | null> {
  const beside = await publicBeside(path);
  if (beside) return beside.getPublicSSH();
  try {
    const text = await readKey(path);
    const parsed = parsedOrNull(text);
    return publicInside(text)?.blob ?? parsed?.getPublicSSH() ?? null;
  } catch {
    return null;
  }
}

async function publicBeside(path: string): Promise<ParsedKey | null> {
  const text = await readFile(`${wholePath(path)}.pub`).catch(() => undefined);
  return parsedOrNull(text);
}

function parsedOrNull(text: Buffer | undefined): ParsedKey | null {
  const parsed = text === undefined ? new Error() : ssh2.utils.parseKey(text);
  return parsed instanceof Error ? null : Array.isArray(parsed) ? (parsed[0] ?? null) : parsed;
}

/** PKCS#8, which ssh2 does not read, is rewritten as the older PEM that it does. */
function parse(text: Buffer, passphrase?: string): ReturnType<typeof ssh2.utils.parseKey> {
  const pkcs8 = /-----BEGIN (ENCRYPTED )?PRIVATE KEY-----/.exec(text.toString("latin1"));
  if (!pkcs8) return ssh2.utils.parseKey(text, passphrase);
  if (pkcs8[1] && passphrase === undefined) return new Error("Encrypted private key detected, but no passphrase given");
  try {
    const key = createPrivateKey({ key: text, passphrase });
    if (key.asymmetricKeyType !== "rsa" && key.asymmetricKeyType !== "ec") return new Error(`its type ${key.asymmetricKeyType} is not used in this format`);
    return ssh2.utils.parseKey(key.export({ format: "pem", type: key.asymmetricKeyType === "rsa" ? "pkcs1" : "sec1" } as never));
  } catch (error) {
    return pkcs8[1] ? new Error("The passphrase does not open it") : (error as Error);
  }
}

/** OpenSSH's own format carries the public half unencrypted, before the rest. */
function publicInside(text: Buffer): { type: string; blob: Buffer } | null {
  const body = /-----BEGIN OPENSSH PRIVATE KEY-----([A-Za-z0-9+/=\s]+)-----END/.exec(text.toString("latin1"))?.[1];
  if (!body) return null;
  const bytes = Buffer.from(body, "base64");
  const magic = "openssh-key-v1\0";
  if (bytes.toString("latin1", 0, magic.length) !== magic) return null;
  try {
    let at = magic.length;
    const take = () => {
      const length = bytes.readUInt32BE(at);
      at += 4 + length;
      return bytes.subarray(at - length, at);
    };
    for (const _cipherAndKdf of [0, 1, 2]) take();
    at += 4;
    const blob = Buffer.from(take());
    return { type: blob.toString("latin1", 4, 4 + blob.readUInt32BE(0)), blob };
  } catch {
    return null;
  }
}

async function readKey(path: string): Promise<Buffer> {
  const whole = wholePath(path);
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
