import { createHmac, hkdfSync, randomBytes } from "node:crypto";
import { fail } from "../../contract/index.ts";

export type Sealer = {
  seal(text: string): Promise<Uint8Array>;
  /** `what` names the value to a person, should it have been sealed with a key that is gone. */
  open(sealed: Uint8Array, what?: string): Promise<string>;
  /** Tells whether two texts are the same, and nothing about them to who has not the key: 128 bits of a keyed hash, in hex. */
  digest(text: string): string;
};

/** The first byte of everything that is sealed: a nonce and libsodium's secretbox follow. */
const VERSION = 1;

/** Seals values with this server's key; libsodium is loaded at the first use, since most of a day nobody needs it. */
export function createSealer(key: Uint8Array | null): Sealer {
  const load = async () => {
    const sodium = (await import("libsodium-wrappers")).default;
    await sodium.ready;
    return sodium;
  };
  let digestKey: Uint8Array | null = null;
  return {
    digest(text) {
      digestKey ??= new Uint8Array(hkdfSync("sha256", needed(key), "", "aeroplane digests 1", 32));
      return createHmac("sha256", digestKey).update(text).digest("hex").slice(0, 32);
    },
    async seal(text) {
      const sodium = await load();
      const nonce = randomBytes(sodium.crypto_secretbox_NONCEBYTES);
      return Buffer.concat([Uint8Array.of(VERSION), nonce, sodium.crypto_secretbox_easy(text, nonce, needed(key))]);
    },
    async open(sealed, what = "A sealed value") {
      const sodium = await load();
      const at = 1 + sodium.crypto_secretbox_NONCEBYTES;
      const opened = sealed[0] !== VERSION ? null : attempt(() => sodium.crypto_secretbox_open_easy(sealed.subarray(at), sealed.subarray(1, at), needed(key)));
      if (opened === null) throw fail("SEALED_VALUE_LOST", { what });
      return sodium.to_string(opened);
    },
  };
}

function needed(key: Uint8Array | null): Uint8Array {
  if (key === null) throw new Error("This agent has no key to seal with");
  return key;
}

/** It throws for another key, and for what is too short to have been sealed. */
function attempt(open: () => Uint8Array): Uint8Array | null {
  try {
    return open();
  } catch {
    return null;
  }
}
