import { closeSync, fsyncSync, openSync, readFileSync, renameSync, writeSync } from "node:fs";
import { randomBytes } from "node:crypto";

const KEY_BYTES = 32;

export type Sealer = {
  seal(text: string): Promise<Uint8Array>;
  open(sealed: Uint8Array): Promise<string>;
};

/** Seals values with this server's key; libsodium is loaded at the first use, since most of a day nobody needs it. */
export function createSealer(keyPath: string): Sealer {
  const key = readKey(keyPath) ?? makeKey(keyPath);
  const load = async () => {
    const sodium = (await import("libsodium-wrappers")).default;
    await sodium.ready;
    return sodium;
  };
  return {
    async seal(text) {
      const sodium = await load();
      const nonce = randomBytes(sodium.crypto_secretbox_NONCEBYTES);
      return Buffer.concat([nonce, sodium.crypto_secretbox_easy(text, nonce, key)]);
    },
    async open(sealed) {
      const sodium = await load();
      const at = sodium.crypto_secretbox_NONCEBYTES;
      return sodium.to_string(sodium.crypto_secretbox_open_easy(sealed.subarray(at), sealed.subarray(0, at), key));
    },
  };
}

function readKey(path: string): Uint8Array | null {
  try {
    const key = readFileSync(path);
    if (key.length !== KEY_BYTES) throw new Error(`The key ${path} has ${key.length} bytes instead of ${KEY_BYTES}`);
    return key;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return null;
    throw error;
  }
}

/** On disk before it is used: a value sealed with a lost key is lost. */
function makeKey(path: string): Uint8Array {
  const key = randomBytes(KEY_BYTES);
  const fresh = `${path}.new`;
  const file = openSync(fresh, "w", 0o600);
  writeSync(file, key);
  fsyncSync(file);
  closeSync(file);
  renameSync(fresh, path);
  return key;
}
