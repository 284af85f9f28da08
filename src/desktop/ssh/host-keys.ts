import { appendFile, chmod, mkdir, readFile } from "node:fs/promises";
import { homedir } from "node:os";
import { dirname, join } from "node:path";
import { hostName, judge, knownHostLine, knownTypes, parseKnownHosts, type KnownHost, type Verdict } from "./known-hosts.ts";

export type HostKeys = ReturnType<typeof createHostKeys>;

/** The same known hosts as the ssh command uses, read fresh for every connection. */
export function createHostKeys({ home = homedir(), system = "/etc/ssh/ssh_known_hosts" }: { home?: string; system?: string } = {}) {
  const own = join(home, ".ssh", "known_hosts");
  const files = [own, `${own}2`, system, `${system}2`];

  async function read(): Promise<KnownHost[]> {
    const texts = await Promise.all(files.map(readIfAny));
    return texts.flatMap((text, index) => parseKnownHosts(text, files[index]!));
  }

  /** What is known about one address at this moment. */
  async function about(address: string, port: number): Promise<{ types: string[]; judge(key: Buffer): Verdict }> {
    const known = await read();
    const name = hostName(address, port);
    return { types: knownTypes(known, name), judge: (key) => judge(known, name, key) };
  }

  async function trust(address: string, port: number, key: Buffer): Promise<void> {
    const text = await readIfAny(own);
    const line = knownHostLine(hostName(address, port), key, { hashed: /^\|1\|/m.test(text) });
    await mkdir(dirname(own), { recursive: true, mode: 0o700 });
    await appendFile(own, text === "" || text.endsWith("\n") ? line : `\n${line}`, { mode: 0o600, flush: true });
    await chmod(own, 0o600);
  }

  return { about, trust, file: own };
}

async function readIfAny(path: string): Promise<string> {
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === "ENOENT" || code === "ENOTDIR") return "";
    throw error;
  }
}
