import type Sodium from "libsodium-wrappers-sumo";
import { readdir, rename, rm } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { fail } from "@aeroplane/agent/contract";
import * as z from "zod";
import { readText, writeWhole } from "../config/file.ts";
import { withLock } from "../config/lock.ts";
import { derive, MODERATE, type Limits } from "./derive.ts";

const base64 = z.string().regex(/^[A-Za-z0-9_-]*$/);
/** Bounds for what a foreign hand may have written: no limit may cost more than a minute or the machine's memory. */
const content = z.object({
  version: z.literal(1),
  kdf: z.object({ name: z.literal("argon2id13"), operations: z.int().min(1).max(64), memory: z.int().min(8192).max(1024 ** 3), salt: base64.length(22) }),
  /** Tells a wrong passphrase from a damaged file. */
  check: base64,
  /** Sealed one by one, so that one can be forgotten while the file is closed. */
  entries: z.record(z.string(), z.object({ nonce: base64, sealed: base64 })),
});
type Content = z.infer<typeof content>;
/** The keys, and the salt they belong to: another process may change the passphrase. */
type Opened = { salt: string; key: Uint8Array };

export type SealedFile = ReturnType<typeof createSealedFile>;

const KEY = 32;
const CHECK = "aeroplane sealed file 1";

/**
 * Secrets in one file, sealed with a master passphrase: Argon2id makes the key, XChaCha20-Poly1305 seals each secret
 * under its account's name. The key lives in memory until it is locked or the program ends.
 */
export function createSealedFile({ path, limits = MODERATE }: { path: string; limits?: Limits }) {
  /** Stays when the file itself is lost, and goes when a person gives it up. */
  const mark = `${path}.made`;
  let opened: Opened | undefined;

  async function read(): Promise<Content | undefined> {
    const text = await readText(path);
    if (text === undefined) {
      // As damaged: what was to lie in it must not be kept elsewhere behind a person's back.
      if ((await readText(mark)) !== undefined) throw damaged("it is missing, although it was made here");
      return undefined;
    }
    const parsed = content.safeParse(parse(text));
    if (!parsed.success) throw damaged("it is not a sealed file of this version");
    return parsed.data;
  }

  const damaged = (why: string) => fail("SEALED_FILE_DAMAGED", { path, why });
  const isOpen = (found: Content) => opened?.salt === found.kdf.salt;

  async function state(): Promise<{ accounts: string[]; open: boolean } | undefined> {
    const found = await read();
    return found && { accounts: Object.keys(found.entries), open: isOpen(found) };
  }

  /** An existing one is put aside where that was asked for, else it stays. */
  async function create(passphrase: string, { replace }: { replace: boolean }): Promise<void> {
    const fresh = await sealedWith(passphrase, limits);
    await withLock(path, async () => {
      if ((await readText(path)) === undefined) {
        if (!replace) await read();
      } else {
        if (!replace) throw fail("NAME_TAKEN", { name: path, what: "sealed file" });
        await rename(path, `${path}.${new Date().toISOString().replace(/[:.]/g, "-")}.old`);
      }
      await write(fresh.content);
    });
    keep(fresh.opened);
  }

  async function unlock(passphrase: string): Promise<void> {
    const found = await read();
    if (found) keep(await open(found, passphrase));
  }

  async function open(found: Content, passphrase: string): Promise<Opened> {
    const sodium = await load();
    const { key, check } = await keysOf(passphrase, found.kdf.salt, found.kdf);
    const known = sodium.from_base64(found.check);
    if (known.length !== check.length || !sodium.memcmp(known, check)) throw fail("MASTER_WRONG", {});
    return { salt: found.kdf.salt, key };
  }

  function keep(next: Opened | undefined): void {
    opened?.key.fill(0);
    opened = next;
  }

  async function get(account: string): Promise<string | undefined> {
    const found = await read();
    const entry = found?.entries[account];
    if (!found || !entry || !isOpen(found)) return undefined;
    return unsealed(account, entry, opened!);
  }

  async function unsealed(account: string, entry: Content["entries"][string], { salt, key }: Opened): Promise<string> {
    const sodium = await load();
    try {
      const padded = sodium.crypto_aead_xchacha20poly1305_ietf_decrypt(null, sodium.from_base64(entry.sealed), bound(account, salt), sodium.from_base64(entry.nonce), key);
      return sodium.to_string(sodium.unpad(padded, BLOCK));
    } catch (error) {
      throw fail("SEALED_FILE_DAMAGED", { path, why: "what it holds does not belong to it" }, { cause: error });
    }
  }

  async function set(account: string, secret: string): Promise<void> {
    await change(async (found) => {
      if (!isOpen(found)) throw fail("SEALED_FILE_CLOSED", {});
      return { ...found, entries: { ...found.entries, [account]: await sealed(account, secret, opened!) } };
    });
  }

  /** Works on a closed file too. */
  async function remove(account: string): Promise<void> {
    if (!(await state())?.accounts.includes(account)) return;
    await change(async (found) => ({ ...found, entries: Object.fromEntries(Object.entries(found.entries).filter(([name]) => name !== account)) }));
  }

  async function change(act: (found: Content) => Promise<Content>): Promise<void> {
    await withLock(path, async () => {
      const found = await read();
      if (!found) throw fail("SEALED_FILE_CLOSED", {});
      await write(await act(found));
    });
  }

  /** All secrets under a new key; the old passphrase opens nothing any more. */
  async function changePassphrase(current: string, next: string): Promise<void> {
    const fresh = await sealedWith(next, limits);
    await change(async (found) => {
      const old = await open(found, current);
      const entries: Content["entries"] = {};
      for (const [account, entry] of Object.entries(found.entries)) entries[account] = await sealed(account, await unsealed(account, entry, old), fresh.opened);
      return { ...fresh.content, entries };
    });
    keep(fresh.opened);
  }

  async function all(): Promise<[string, string][]> {
    const found = await read();
    if (!found) return [];
    if (!isOpen(found)) throw fail("SEALED_FILE_CLOSED", {});
    return Promise.all(Object.entries(found.entries).map(async ([account, entry]): Promise<[string, string]> => [account, await unsealed(account, entry, opened!)]));
  }

  /** With those that were put aside. */
  async function destroy(): Promise<void> {
    const folder = dirname(path);
    await withLock(path, async () => {
      const ours = (await readdir(folder)).filter((name) => name === basename(path) || (name.startsWith(`${basename(path)}.`) && name.endsWith(".old")));
      // The mark first: alone, after a death in between, it would say of a file that was given up that it is lost.
      await rm(mark, { force: true });
      for (const name of ours) await rm(join(folder, name), { force: true });
    });
    keep(undefined);
  }

  async function write(next: Content): Promise<void> {
    await writeWhole(path, `${JSON.stringify(next, null, 2)}\n`);
    if ((await readText(mark)) === undefined) await writeWhole(mark, "");
  }

  return { path, state, create, unlock, lock: () => keep(undefined), get, set, remove, all, changePassphrase, destroy };
}

/** Lengths are told in steps only. */
const BLOCK = 64;
const bound = (account: string, salt: string) => `${salt}\n${account}`;

let loading: Promise<typeof Sodium> | undefined;
/** Half a megabyte of WebAssembly, for who has such a file. */
function load(): Promise<typeof Sodium> {
  return (loading ??= import("libsodium-wrappers-sumo").then(async ({ default: sodium }) => (await sodium.ready, sodium)));
}

async function sealed(account: string, secret: string, { salt, key }: Opened): Promise<Content["entries"][string]> {
  const sodium = await load();
  const nonce = sodium.randombytes_buf(sodium.crypto_aead_xchacha20poly1305_ietf_NPUBBYTES);
  const text = sodium.pad(sodium.from_string(secret), BLOCK);
  const box = sodium.crypto_aead_xchacha20poly1305_ietf_encrypt(text, bound(account, salt), null, nonce, key);
  return { nonce: sodium.to_base64(nonce), sealed: sodium.to_base64(box) };
}

async function sealedWith(passphrase: string, limits: Limits): Promise<{ content: Content; opened: Opened }> {
  const sodium = await load();
  const salt = sodium.to_base64(sodium.randombytes_buf(sodium.crypto_pwhash_SALTBYTES));
  const { key, check } = await keysOf(passphrase, salt, limits);
  const { operations, memory } = limits;
  return { content: { version: 1, kdf: { name: "argon2id13", operations, memory, salt }, check: sodium.to_base64(check), entries: {} }, opened: { salt, key } };
}

async function keysOf(passphrase: string, salt: string, limits: Limits): Promise<{ key: Uint8Array; check: Uint8Array }> {
  const sodium = await load();
  const bytes = await derive(passphrase, sodium.from_base64(salt), limits, 2 * KEY);
  return { key: bytes.slice(0, KEY), check: sodium.crypto_generichash(KEY, CHECK, bytes.slice(KEY)) };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
