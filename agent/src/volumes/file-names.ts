import { isUtf8 } from "node:buffer";
import { fail } from "../../contract/index.ts";

/** What a name could be taken for that is none: its backslash is written as the byte that it is. */
const ESCAPE = /\\(?=x[0-9a-f]{2})/g;
const ESCAPED = /\\x([0-9a-f]{2})/g;
/** As long as Linux lets a name and a path be: bytes. */
const LONGEST_NAME = 255;

/**
 * Names of files are bytes. One that is UTF-8 is shown as it is; bytes that are not are written as \xNN, and so is a
 * backslash that would read as one, so that each name has a text of its own and can be asked for by it.
 */
export function textOfName(name: Uint8Array): string {
  const whole = decoded(name);
  if (whole !== null) return whole.replace(ESCAPE, "\\x5c");
  let text = "";
  for (let at = 0; at < name.length; ) {
    const length = [1, 2, 3, 4].find((bytes) => at + bytes <= name.length && decoded(name.subarray(at, at + bytes)) !== null) ?? 0;
    // Escaped character by character: what follows may be written as an escape as well.
    text += length === 0 ? hex(name[at]!) : name[at] === BACKSLASH ? hex(BACKSLASH) : decoded(name.subarray(at, at + length))!;
    at += Math.max(1, length);
  }
  return text;
}

const BACKSLASH = 0x5c;
const hex = (byte: number): string => `\\x${byte.toString(16).padStart(2, "0")}`;

/** Asked, not tried: hundreds of names without one character would throw at each of their bytes. */
const decoded = (bytes: Uint8Array): string | null => (isUtf8(bytes) ? Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("utf8") : null);

/** The bytes that a text names. */
export function bytesOfName(text: string): Buffer {
  const parts: Buffer[] = [];
  let last = 0;
  for (const found of text.matchAll(ESCAPED)) {
    parts.push(Buffer.from(text.slice(last, found.index)), Buffer.from([Number.parseInt(found[1]!, 16)]));
    last = found.index + found[0].length;
  }
  return Buffer.concat([...parts, Buffer.from(text.slice(last))]);
}

const SLASH = 0x2f;

/** The names that lead from a volume's own folder to what was asked for; none: that folder itself. */
export function namesOfPath(path: string): Buffer[] {
  if (path === "") return [];
  return path.split("/").map((part) => {
    const name = bytesOfName(part);
    const leads = name.length === 1 && name[0] === 0x2e ? "a name in it is ." : name.equals(UP) ? "it leads upwards" : null;
    const why = leads ?? (name.length === 0 ? "a name in it is empty" : name.length > LONGEST_NAME ? `a name in it has more than ${LONGEST_NAME} bytes` : null);
    if (why !== null || name.includes(0) || name.includes(SLASH)) {
      throw fail("INVALID_INPUT", { field: "path", why: why ?? "no name of a file has such a character" });
    }
    return name;
  });
}

const UP = Buffer.from("..");
