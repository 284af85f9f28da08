import { constants } from "node:fs";
import type { FileHandle } from "node:fs/promises";
import { dirname } from "node:path";
import { during, effect, filesOf } from "../effects/index.ts";

const { mkdir, openToWrite, rm } = filesOf("network.hosts");

/**
 * The file that stands in place of /etc/hosts in every container of an environment. Containers hold its inode, so it is
 * rewritten in place and never renamed. Every line has the same width and every name keeps its line: a reader in the
 * middle of a write sees whole lines.
 */
const WIDTH = 128;
const HEAD = ["127.0.0.1 localhost", "::1 localhost ip6-localhost ip6-loopback", "ff02::1 ip6-allnodes", "ff02::2 ip6-allrouters"];

export type PrivateName = { name: string; address: string };

export async function writeHosts(path: string, names: PrivateName[]): Promise<void> {
  await mkdir(dirname(path), { recursive: true, mode: 0o755 });
  const file = await openToWrite(path, constants.O_RDWR | constants.O_CREAT, 0o644);
  try {
    // Whatever the umask: apps that do not run as root read it too.
    await effect("network.hosts.chmod", () => file.chmod(0o644));
    const before = (await file.readFile("latin1")).toString();
    const after = arrange(before, names);
    if (after !== before) await effect("network.hosts.write", () => rewrite(file, before, after));
  } finally {
    await file.close();
  }
}

async function rewrite(file: FileHandle, before: string, after: string): Promise<void> {
  for (const [at, line] of changedLines(before, after)) {
    await file.write(line, at * WIDTH, "latin1");
    during("network.hosts.write");
  }
  if (before.length > after.length) await file.truncate(after.length);
  await file.datasync();
}

export async function removeHosts(path: string): Promise<void> {
  await rm(path, { force: true });
}

/** Lines that stay keep their place; those that go become blank; new names take blank lines first. */
export function arrange(before: string, names: PrivateName[]): string {
  const wanted = new Map(names.map(({ name, address }) => [name, `${address} ${name}`]));
  const lines = HEAD.map(pad);
  const blanks: number[] = [];
  for (let at = HEAD.length * WIDTH; at + WIDTH <= before.length; at += WIDTH) {
    const name = before.slice(at, at + WIDTH).trim().split(" ")[1] ?? "";
    const line = wanted.get(name);
    if (line === undefined) blanks.push(lines.length);
    lines.push(pad(line ?? ""));
    wanted.delete(name);
  }
  for (const line of wanted.values()) {
    const blank = blanks.shift();
    if (blank === undefined) lines.push(pad(line));
    else lines[blank] = pad(line);
  }
  return lines.join("");
}

function pad(line: string): string {
  return `${line.padEnd(WIDTH - 1)}\n`;
}

function changedLines(before: string, after: string): [number, string][] {
  const changed: [number, string][] = [];
  for (let at = 0; at * WIDTH < after.length; at += 1) {
    const line = after.slice(at * WIDTH, (at + 1) * WIDTH);
    if (line !== before.slice(at * WIDTH, (at + 1) * WIDTH)) changed.push([at, line]);
  }
  return changed;
}
