// A tree of everything that a file system can hold, and what it is byte for byte.
import { createHash } from "node:crypto";
import { chmodSync, chownSync, linkSync, lstatSync, lutimesSync, mkdirSync, openSync, closeSync, readdirSync, readFileSync, readlinkSync, symlinkSync, truncateSync, writeFileSync, writeSync } from "node:fs";
import { run } from "../../world/command.ts";

const MiB = 1024 ** 2;
const ODD = ["with space", "line\nbreak", "-rf", "ünï ☃", "'quote\"", ".hidden", "*"];

const join = (folder: Buffer, name: Buffer | string): Buffer => Buffer.concat([folder, Buffer.from("/"), Buffer.from(name)]);

/** Names, modes, owners, times, links, a pipe, holes; some of them are no text at all. */
export async function plant(folder: string, word: string): Promise<void> {
  const root = Buffer.from(folder);
  const files = [...ODD, Buffer.from([0x66, 0xff, 0xfe])];
  for (const [at, name] of files.entries()) writeFileSync(join(root, name), `${word} ${at}`);
  chmodSync(join(root, "-rf"), 0o000);
  chmodSync(join(root, "*"), 0o4755);
  chownSync(join(root, "with space"), 1234, 70_000);
  for (const [name, mode] of [["empty", 0o1777], ["closed", 0o700]] as const) {
    mkdirSync(join(root, name));
    chmodSync(join(root, name), mode);
  }
  writeFileSync(join(root, "closed/inner"), word.repeat(1000));
  linkSync(join(root, "closed/inner"), join(root, "twin"));
  symlinkSync("/etc/passwd", join(root, "away"));
  symlinkSync("nowhere/at all", join(root, "dangling"));
  await run(["mkfifo", "-m", "0640", `${folder}/pipe`]);
  writeFileSync(join(root, "large"), Buffer.alloc(4 * MiB, createHash("sha256").update(word).digest()));
  const sparse = join(root, "sparse");
  writeFileSync(sparse, "");
  truncateSync(sparse, 24 * MiB);
  const file = openSync(sparse, "r+");
  writeSync(file, word, 16 * MiB);
  closeSync(file);
  chownSync(root, 999, 998);
  chmodSync(root, 0o750);
  for (const name of ["large", "empty", "closed", "away", "with space"]) lutimesSync(join(root, name), 1_600_000_000.25, 1_500_000_000.5);
}

const kindOf = (stat: ReturnType<typeof lstatSync>) => Number(stat!.mode) & 0o170000;
const [FOLDER, FILE, LINK] = [0o040000, 0o100000, 0o120000];

/** Of all of it but what the app itself writes on. */
export function hashOf(folder: string, without: readonly string[] = []): string {
  const hash = createHash("sha256");
  const look = (path: Buffer, name: string) => {
    const stat = lstatSync(path);
    const kind = kindOf(stat);
    // A folder's own size and the time of the root are the file system's and the app's.
    hash.update(JSON.stringify([name, stat.mode, stat.uid, stat.gid, kind === FOLDER ? 0 : [stat.size, stat.nlink], name === "" ? 0 : stat.mtimeMs]));
    if (kind === LINK) hash.update(readlinkSync(path, "buffer"));
    if (kind === FILE) hash.update(readFileSync(path));
    if (kind !== FOLDER) return;
    const names = readdirSync(path, "buffer").toSorted(Buffer.compare);
    for (const one of names) if (name !== "" || !without.includes(one.toString())) look(join(path, one), `${name}/${one.toString("hex")}`);
  };
  look(Buffer.from(folder), "");
  return hash.digest("hex");
}

/** Holes are still holes. */
export const isSparse = (folder: string): boolean => lstatSync(`${folder}/sparse`).blocks * 512 < 8 * MiB;
