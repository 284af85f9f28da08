import { glob, readFile } from "node:fs/promises";
import { dirname, isAbsolute, join } from "node:path";
import SSHConfig, { LineType } from "ssh-config";
import { hostAlias } from "../../../contract/index.ts";
import { requireOwned } from "./owned.ts";

export type PickableHost = { alias: string; file: string };
const DEEPEST = 8;
const PATTERN = /[*?!]/;

type Read = { text: string; files: string[]; hosts: PickableHost[] };

/** The person's configuration with what it includes, in order. Nothing of it runs. */
export async function readConfig(path: string, home: string, depth = 0): Promise<Read> {
  await requireOwned(path);
  const text = await readFile(path, "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return "";
    throw error;
  });
  const read: Read = { text: "", files: [path], hosts: [] };
  for (const line of text.split("\n")) {
    const included = /^\s*Include(?:\s+|\s*=\s*)(.+)$/i.exec(line)?.[1];
    if (included === undefined) {
      read.text += `${line}\n`;
      read.hosts.push(...hostsOf(line, path));
      continue;
    }
    if (depth >= DEEPEST) continue;
    for (const file of await filesOf(included, path, home)) {
      const inner = await readConfig(file, home, depth + 1);
      read.text += inner.text;
      read.files.push(...inner.files);
      read.hosts.push(...inner.hosts);
    }
  }
  return read;
}

/** Words after Include may be quoted, begin with ~, hold wildcards, and are relative to ~/.ssh. */
async function filesOf(words: string, path: string, home: string): Promise<string[]> {
  const found: string[] = [];
  for (const [, quoted, plain] of words.replace(/\s#.*$/, "").matchAll(/"([^"]*)"|(\S+)/g)) {
    const word = quoted ?? plain!;
    const whole = word.startsWith("~/") ? join(home, word.slice(2)) : isAbsolute(word) ? word : join(dirname(path).endsWith(".ssh") ? dirname(path) : join(home, ".ssh"), word);
    if (!PATTERN.test(whole)) found.push(whole);
    else for await (const match of glob(whole)) found.push(match);
  }
  return found;
}

function hostsOf(line: string, file: string): PickableHost[] {
  if (!/^\s*Host\s*[\s=]/i.test(line)) return [];
  const [parsed] = SSHConfig.parse(line);
  if (parsed?.type !== LineType.DIRECTIVE) return [];
  const words = typeof parsed.value === "string" ? [parsed.value] : parsed.value.map(({ val }) => val);
  return words.flatMap((word) => (hostAlias.safeParse(word).success ? [{ alias: word, file }] : []));
}
