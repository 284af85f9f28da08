import { closeSync, fsyncSync, openSync, readFileSync, renameSync, writeSync } from "node:fs";
import { createHmac, randomBytes } from "node:crypto";
import { dirname } from "node:path";

export const KEY_BYTES = 32;

/** What the file holds, whatever its length; null where there is none. */
export function readKey(path: string): Uint8Array | null {
  try {
    return readFileSync(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return null;
    throw error;
  }
}

/** On disk, its name as well, before it is used: a value sealed with a lost key is lost. */
export function makeKey(path: string): Uint8Array {
  const key = randomBytes(KEY_BYTES);
  const fresh = `${path}.new`;
  const file = openSync(fresh, "w", 0o600);
  writeSync(file, key);
  fsyncSync(file);
  closeSync(file);
  renameSync(fresh, path);
  const folder = openSync(dirname(path), "r");
  fsyncSync(folder);
  closeSync(folder);
  return key;
}

/** Tells one key from another and nothing about it: 128 bits of a keyed hash of a constant. */
export function fingerprintOf(key: Uint8Array): string {
  return createHmac("sha256", key).update("aeroplane sealing key fingerprint 1").digest("hex").slice(0, 32);
}
