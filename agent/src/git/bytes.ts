/**
 * Names of files are bytes, and not every name is UTF-8. A *raw* path carries each byte as one sign, so that it can be
 * parted at its slashes and compared like any text, and no name is changed on the way.
 */
export const rawOf = (text: string | Buffer): string => (typeof text === "string" ? Buffer.from(text) : text).toString("latin1");

/** A raw path below a folder, as node:fs takes it. */
export function under(root: string, raw: string): Buffer {
  return raw === "" ? Buffer.from(root) : Buffer.concat([Buffer.from(`${root}/`), Buffer.from(raw, "latin1")]);
}

/** For a sentence: as it reads where it is UTF-8, else with the odd bytes as \xE4. */
export function shown(raw: string): string {
  const bytes = Buffer.from(raw, "latin1");
  const text = bytes.toString("utf8");
  return Buffer.from(text).equals(bytes) ? text : raw.replaceAll(/[^ -~]/g, (sign) => `\\x${sign.charCodeAt(0).toString(16).toUpperCase().padStart(2, "0")}`);
}
