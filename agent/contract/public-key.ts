import * as z from "zod";

/** An OpenSSH public key as one line of a .pub file, read to the byte: it goes into a file that decides who gets in. */

const TYPES = new Set([
  "ssh-ed25519",
  "ecdsa-sha2-nistp256",
  "ecdsa-sha2-nistp384",
  "ecdsa-sha2-nistp521",
  "ssh-rsa",
  "sk-ssh-ed25519@openssh.com",
  "sk-ecdsa-sha2-nistp256@openssh.com",
]);
const RSA_BITS = 3072;
const BASE64 = /^[A-Za-z0-9+/]+={0,2}$/;
/** Uncompressed points: one byte of form, two coordinates. */
const POINTS: Record<string, number> = { nistp256: 65, nistp384: 97, nistp521: 133 };

export type PublicKey = { type: string; base64: string; comment: string };

/** The key, or why it is none. */
export function readPublicKey(text: string): PublicKey | { why: string } {
  const line = text.trim();
  if (/PRIVATE KEY/.test(line)) return { why: "This is a private key, which belongs to nobody but its owner; the public one is in the file that ends in .pub" };
  if (/[\r\n]/.test(line)) return { why: "One public key, which is one line" };
  const [type = "", base64 = "", ...rest] = line.split(/[ \t]+/);
  if (type.endsWith("-cert-v01@openssh.com")) return { why: "A certificate; give the public key itself" };
  if (type === "ssh-dss") return { why: "DSA keys are no longer accepted by SSH servers" };
  if (!TYPES.has(type)) return { why: "A public key such as ssh-ed25519 AAAA…, with nothing before its type" };
  const blob = BASE64.test(base64) ? decode(base64) : undefined;
  if (!blob) return { why: "The key is cut off or damaged" };
  const wrong = flaw(type, blob);
  return wrong === null ? { type, base64, comment: rest.join(" ") } : { why: wrong };
}

/** The line without its comment; two lines of the same key are the same text. */
export const publicKey = z
  .string()
  .max(8192)
  .transform((text, context) => {
    const read = readPublicKey(text);
    if (!("why" in read)) return `${read.type} ${read.base64}`;
    context.addIssue({ code: "custom", message: read.why });
    return z.NEVER;
  });

function decode(base64: string): Uint8Array | undefined {
  try {
    const binary = atob(base64);
    // Another spelling of the same bytes would pass for another key.
    return btoa(binary) === base64 ? Uint8Array.from(binary, (letter) => letter.charCodeAt(0)) : undefined;
  } catch {
    return undefined;
  }
}

/** What is wrong with the inside of a key; null: nothing. */
function flaw(type: string, blob: Uint8Array): string | null {
  const damaged = "The key is cut off or damaged";
  const fields = fieldsOf(blob);
  if (!fields || text(fields[0]) !== type) return damaged;
  const [, first, second, third] = fields;
  const count = fields.length;
  switch (type) {
    case "ssh-ed25519":
      return count === 2 && first!.length === 32 ? null : damaged;
    case "sk-ssh-ed25519@openssh.com":
      return count === 3 && first!.length === 32 ? null : damaged;
    case "sk-ecdsa-sha2-nistp256@openssh.com":
      return count === 4 && text(first) === "nistp256" && second!.length === POINTS.nistp256 && third!.length > 0 ? null : damaged;
    case "ssh-rsa": {
      if (count !== 3) return damaged;
      const bits = bitsOf(second!);
      return bits >= RSA_BITS && bits <= 16_384 ? null : `An RSA key of ${bits} bits; ${RSA_BITS} or more are needed`;
    }
    default: {
      const curve = type.slice("ecdsa-sha2-".length);
      return count === 3 && text(first) === curve && second!.length === POINTS[curve] ? null : damaged;
    }
  }
}

/** The length-prefixed fields; undefined where they do not end with the blob. */
function fieldsOf(blob: Uint8Array): Uint8Array[] | undefined {
  const view = new DataView(blob.buffer, blob.byteOffset, blob.byteLength);
  const fields: Uint8Array[] = [];
  let at = 0;
  while (at < blob.length) {
    if (at + 4 > blob.length) return undefined;
    const length = view.getUint32(at);
    at += 4;
    if (at + length > blob.length) return undefined;
    fields.push(blob.subarray(at, at + length));
    at += length;
  }
  return fields;
}

const text = (bytes: Uint8Array | undefined) => String.fromCharCode(...(bytes ?? []));

function bitsOf(number: Uint8Array): number {
  const first = number.findIndex((byte) => byte !== 0);
  if (first < 0) return 0;
  return (number.length - first) * 8 - Math.clz32(number[first]!) + 24;
}
