import { appendFile, chmod, copyFile, mkdir, readFile, realpath, stat } from "node:fs/promises";
import { homedir } from "node:os";
import { dirname, join } from "node:path";
import { writeWhole } from "../config/file.ts";
import { withLock } from "../config/lock.ts";
import { hostName, judge, knownHostLine, knownTypes, parseKnownHosts, withoutHost, type KnownHost, type Verdict } from "./known-hosts.ts";

export type HostKeys = ReturnType<typeof createHostKeys>;

/** A host, and what ~/.ssh/config says about where its key is looked up. */
export type KeyPlace = { address: string; port: number; keyAlias?: string | null; files?: string[]; systemFiles?: string[]; hashed?: boolean };

export const nameOf = ({ address, port, keyAlias }: KeyPlace): string => keyAlias?.toLowerCase() ?? hostName(address, port);

/** The same known hosts as the ssh command uses, read fresh for every connection. */
export function createHostKeys({ home = homedir(), system = "/etc/ssh/ssh_known_hosts" }: { home?: string; system?: string } = {}) {
  const standard = join(home, ".ssh", "known_hosts");
  const own = ({ files }: KeyPlace) => files ?? [standard, `${standard}2`];
  const all = (place: KeyPlace) => [...own(place), ...(place.systemFiles ?? [system, `${system}2`])];

  async function read(place: KeyPlace): Promise<KnownHost[]> {
    const files = all(place);
    const texts = await Promise.all(files.map(readIfAny));
    return texts.flatMap((text, index) => parseKnownHosts(text, files[index]!));
  }

  /** What is known about one host at this moment. */
  async function about(place: KeyPlace): Promise<{ types: string[]; judge(key: Buffer): Verdict }> {
    const known = await read(place);
    const name = nameOf(place);
    return { types: knownTypes(known, name), judge: (key) => judge(known, name, key) };
  }

  /** Adds it to the person's first file; a file that keeps nothing, such as /dev/null, is left alone. */
  async function trust(place: KeyPlace, key: Buffer): Promise<void> {
    const file = own(place)[0];
    if (!file || !(await keeps(file))) return;
    const text = await readIfAny(file);
    const line = knownHostLine(nameOf(place), key, { hashed: place.hashed || /^\|1\|/m.test(text) });
    await mkdir(dirname(file), { recursive: true, mode: 0o700 });
    await appendFile(file, text === "" || text.endsWith("\n") ? line : `\n${line}`, { mode: 0o600, flush: true });
    await chmod(file, 0o600);
  }

  /** Removes the host's own lines, after a copy to FILE.old as ssh-keygen keeps it. Lines that it may not remove are named. */
  async function forget(place: KeyPlace): Promise<{ removed: string[]; left: string[] }> {
    const name = nameOf(place);
    const [removed, left]: [string[], string[]] = [[], []];
    for (const file of own(place)) {
      if (!(await stat(file).catch(() => null))?.isFile()) continue;
      await withLock(file, async () => {
        const text = await readIfAny(file);
        const without = withoutHost(text, name);
        left.push(...without.patterns.map((line) => `${file}, line ${line}`));
        if (without.lines.length === 0) return;
        // Where it is a link, the file behind it is changed and the link stays.
        const real = await realpath(file);
        await copyFile(real, `${real}.old`);
        await chmod(`${real}.old`, 0o600);
        await writeWhole(real, without.text, (await stat(real)).mode & 0o777);
        removed.push(...without.lines.map((line) => `${file}, line ${line}`));
      });
    }
    const system = (await read({ ...place, files: [] })).filter((entry) => entry.marker === null);
    left.push(...system.filter((entry) => judge([entry], name, entry.key).state === "known").map(({ file, line }) => `${file}, line ${line}`));
    return { removed, left };
  }

  return { about, trust, forget, file: standard };
}

async function keeps(file: string): Promise<boolean> {
  const found = await stat(file).catch(() => null);
  return found === null || found.isFile();
}

async function readIfAny(path: string): Promise<string> {
  try {
    const found = await stat(path);
    return found.isFile() ? await readFile(path, "utf8") : "";
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === "ENOENT" || code === "ENOTDIR") return "";
    throw error;
  }
}
