// Whether the key beside the store is the one that the store was sealed with. The key is written first and its fingerprint after it, so
// a death in between leaves a key without a fingerprint and nothing sealed; a loss leaves a fingerprint, or something sealed, without its key.
import { dirname } from "node:path";
import { fail } from "../../contract/index.ts";
import { note } from "../log/note.ts";
import { sealedValues, sealingKey, setSealingKey, type Db } from "../store/index.ts";
import { fingerprintOf, KEY_BYTES, makeKey, readKey } from "./key.ts";
import { createSealer } from "./sealer.ts";

export type Custody = {
  /** Null on trial of a store that has no key yet. */
  key: Uint8Array | null;
  /** To be awaited before anything is sealed: what only opening a value can tell. */
  proven(): Promise<void>;
};

type Place = { db: Db; path: string; trial: boolean };

/** Throws where the key is missing, or is another; makes one for a store that has sealed nothing yet. */
export function takeKey({ db, path, trial }: Place): Custody {
  const known = sealingKey(db);
  const key = readKey(path);
  if (key === null) {
    if (known !== null || !nothingSealed(db)) throw fail("SEALING_KEY_MISSING", { path, command: newKeyCommand(path) });
    // A trial changes nothing, and seals nothing.
    if (trial) return { key: null, proven: async () => {} };
    return { key: recorded(db, makeKey(path)), proven: async () => {} };
  }
  if (key.length !== KEY_BYTES) throw other(path, `it has ${key.length} bytes instead of ${KEY_BYTES}`);
  if (known !== null) {
    if (known !== fingerprintOf(key)) throw other(path, `its fingerprint is ${fingerprintOf(key)}, not ${known}`);
    return { key, proven: async () => {} };
  }
  return {
    key,
    async proven() {
      if (!nothingSealed(db) && !(await opensOne(db, key))) throw other(path, "it opens nothing that is sealed");
      if (!trial) recordIfPossible(db, key);
    },
  };
}

/**
 * Another key in place of one that is lost, and its fingerprint; null where the right one is there. One that lies there and
 * opens something is taken, since a lost key may turn up. Killed anywhere in it, the store has no key that fits, as before,
 * and it can be done again.
 */
export async function replaceKey({ db, path, putAside }: { db: Db; path: string; putAside: () => void }): Promise<string | null> {
  const there = readKey(path);
  if (there !== null) {
    if (await fits(db, path)) return null;
    if (there.length === KEY_BYTES && (await opensOne(db, there))) return fingerprintOf(recorded(db, there));
    putAside();
  }
  const key = recorded(db, makeKey(path));
  return fingerprintOf(key);
}

const fits = async (db: Db, path: string): Promise<boolean> => {
  try {
    await takeKey({ db, path, trial: true }).proven();
    return true;
  } catch {
    return false;
  }
};

/** As it is typed on the server; the program is the one that refused. */
const newKeyCommand = (path: string) => [process.execPath, process.argv[1] ?? "agent.mjs", "new-key", "--data-dir", dirname(path)].join(" ");

const other = (path: string, why: string) => fail("SEALING_KEY_OTHER", { path, why, command: newKeyCommand(path) });

function recorded(db: Db, key: Uint8Array): Uint8Array {
  setSealingKey(db, fingerprintOf(key));
  return key;
}

/** A full disk must not keep an agent from starting whose key is the right one; the next start records it. */
function recordIfPossible(db: Db, key: Uint8Array): void {
  try {
    recorded(db, key);
  } catch (error) {
    note("fingerprint of the key not recorded", { error: String(error) });
  }
}

function nothingSealed(db: Db): boolean {
  for (const _ of sealedValues(db)) return false;
  return true;
}

/** One is enough: a store whose key was once replaced holds values of either. */
async function opensOne(db: Db, key: Uint8Array): Promise<boolean> {
  const sealer = createSealer(key);
  for (const sealed of sealedValues(db)) {
    const opened = await sealer.open(sealed).then(
      () => true,
      () => false,
    );
    if (opened) return true;
  }
  return false;
}
