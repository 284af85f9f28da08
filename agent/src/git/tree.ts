import { createReadStream } from "node:fs";
import { filesOf } from "../effects/index.ts";
import { fail } from "../../contract/index.ts";
import { git, type GitPlace } from "./git.ts";

const { rm } = filesOf("git.source");

export type Tree = { files: number; bytes: number; links: string[] };

const MAX_FILES = 200_000;

/** What a checkout would write, before it is written: one blob may stand in a tree a million times. */
export async function readTree(gitDir: string, ref: string, url: string, place: GitPlace): Promise<Tree> {
  const listing = `${gitDir}.tree`;
  try {
    const listed = await git([`--git-dir=${gitDir}`, "ls-tree", "-r", "-l", "-z", "--full-tree", ref], place, listing);
    if (listed.code !== 0) throw fail("GIT_FAILED", { url }, { detail: "its tree cannot be read" });
    const tree: Tree = { files: 0, bytes: 0, links: [] };
    for await (const entry of entries(listing)) {
      const [mode, , , size] = entry.slice(0, entry.indexOf("\t")).split(/ +/);
      tree.files++;
      tree.bytes += Number(size) || 0;
      if (mode === "120000") tree.links.push(entry.slice(entry.indexOf("\t") + 1));
      if (tree.bytes > place.limitBytes || tree.files > MAX_FILES) throw tooLarge(url, place.limitBytes);
    }
    return tree;
  } finally {
    await rm(listing, { force: true });
  }
}

export const tooLarge = (url: string, limitBytes: number) =>
  fail("SOURCE_TOO_LARGE", { url, limit: `${Math.round(limitBytes / 2 ** 20)} MiB` });

async function* entries(file: string): AsyncGenerator<string> {
  let rest = "";
  for await (const part of createReadStream(file, "utf8") as AsyncIterable<string>) {
    const whole = (rest + part).split("\0");
    rest = whole.pop() ?? "";
    yield* whole;
  }
}
