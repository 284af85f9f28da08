/** One record of a tar archive. */
export const RECORD = 512;
/** Nothing but zeros: an archive ends with two of them. */
export const END = Buffer.alloc(2 * RECORD);

export type TarEntry = {
  kind: "file" | "folder" | "link";
  /** From the archive's own root, without a slash at its end. */
  path: Buffer;
  /** Of a link: where it says that it leads. */
  to?: Buffer | undefined;
  /** Bytes of a file. */
  size: number;
  mode: number;
  uid: number;
  gid: number;
  /** Seconds. */
  mtime: number;
};

const TYPES = { file: "0", folder: "5", link: "2" } as const;
/** Longest that the header itself can hold: bytes. */
const NAME = 100;

/** Filled up to whole records. */
export const padded = (size: number): number => Math.ceil(size / RECORD) * RECORD;

/**
 * What stands before an entry's bytes: its header as POSIX has it, before it a pax header where a name is long or not in
 * ASCII, so that every system reads it as UTF-8. A name that is no UTF-8 goes as its bytes, and is said to.
 */
export function headerOf(entry: TarEntry): Buffer {
  const path = entry.kind === "folder" ? Buffer.concat([entry.path, Buffer.from("/")]) : entry.path;
  const to = entry.to ?? Buffer.alloc(0);
  const long = [record("path", path), record("linkpath", to)].filter((each) => each !== null);
  const main = ustar({ ...entry, type: TYPES[entry.kind], path, to });
  if (long.length === 0) return main;
  const binary = [path, to].some((name) => !name.equals(Buffer.from(name.toString())));
  const body = Buffer.concat([...(binary ? [line("hdrcharset", Buffer.from("BINARY"))] : []), ...long]);
  const before = ustar({ ...entry, type: "x", path: Buffer.from("PaxHeaders/entry"), to: Buffer.alloc(0), size: body.length, mode: 0o644 });
  return Buffer.concat([before, body, Buffer.alloc(padded(body.length) - body.length), main]);
}

const fits = (name: Buffer): boolean => name.length <= NAME && name.every((byte) => byte < 0x80);
const record = (key: string, name: Buffer): Buffer | null => (fits(name) ? null : line(key, name));

/** "LENGTH key=value\n", whose length counts itself. */
function line(key: string, value: Buffer): Buffer {
  const rest = Buffer.concat([Buffer.from(` ${key}=`), value, Buffer.from("\n")]);
  let length = rest.length + 1;
  while (`${length}`.length + rest.length !== length) length = `${length}`.length + rest.length;
  return Buffer.concat([Buffer.from(`${length}`), rest]);
}

type Fields = Omit<TarEntry, "kind" | "to"> & { type: string; to: Buffer };

function ustar({ type, path, to, size, mode, uid, gid, mtime }: Fields): Buffer {
  const header = Buffer.alloc(RECORD);
  path.copy(header, 0, 0, Math.min(path.length, NAME));
  number(header, 100, 8, mode & 0o7777);
  number(header, 108, 8, uid);
  number(header, 116, 8, gid);
  number(header, 124, 12, size);
  number(header, 136, 12, Math.max(0, mtime));
  header.write("        ", 148, "latin1");
  header.write(type, 156, "latin1");
  to.copy(header, 157, 0, Math.min(to.length, NAME));
  header.write("ustar\u000000", 257, "latin1");
  const sum = header.reduce((all, byte) => all + byte, 0);
  header.write(`${sum.toString(8).padStart(6, "0")}\0 `, 148, "latin1");
  return header;
}

/** In octal; what is too large for it in base 256, as every tar of these days reads it. */
function number(header: Buffer, at: number, length: number, value: number): void {
  const octal = value.toString(8).padStart(length - 1, "0");
  if (octal.length < length) return void header.write(`${octal}\0`, at, "latin1");
  let left = BigInt(value);
  for (let place = length - 1; place > 0; place -= 1) {
    header[at + place] = Number(left & 0xffn);
    left >>= 8n;
  }
  header[at] = 0x80;
}
