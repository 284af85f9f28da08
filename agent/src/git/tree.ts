import { createReadStream } from "node:fs";
import { filesOf } from "../effects/index.ts";
import { fail } from "../../contract/index.ts";
import { git, type GitPlace } from "./git.ts";
import { limitReached, tooLarge } from "./limits.ts";

const { rm } = filesOf("git.source");

/** Raw paths of what needs another look after the checkout. */
export type Tree = { files: number; bytes: number; submodules: { path: string; sha: string }[]; attributes: string[]; small: string[] };

/** A pointer of Git LFS is three short lines; its specification allows no more than that. */
const LONGEST_POINTER = 1024;
/** A larger file of attributes is not read for them. */
const LONGEST_ATTRIBUTES = 2 ** 20;

const MAX_FILES = 200_000;

/** What a checkout would write, before it is written: one blob may stand in a tree a million times. */
export async function readTree(gitDir: string, ref: string, url: string, place: GitPlace): Promise<Tree> {
  const listing = `${gitDir}.tree`;
  try {
    const listed = await git([`--git-dir=${gitDir}`, "ls-tree", "-r", "-l", "-z", "--full-tree", ref], place, listing);
    if (listed.code !== 0) throw (await limitReached(listed, url, place)) ?? fail("GIT_FAILED", { url }, { detail: "its tree cannot be read" });
    const tree: Tree = { files: 0, bytes: 0, submodules: [], attributes: [], small: [] };
    for await (const entry of entries(listing)) {
      const [mode, , sha = "", size] = entry.slice(0, entry.indexOf("\t")).split(/ +/);
      tree.files++;
      tree.bytes += Number(size) || 0;
      if (tree.bytes > place.limitBytes || tree.files > MAX_FILES) throw tooLarge(url, place.limitBytes);
      const path = entry.slice(entry.indexOf("\t") + 1);
      if (mode === "160000") tree.submodules.push({ path, sha });
      if (mode === "120000" || mode === "160000") continue;
      if (Number(size) < LONGEST_POINTER) tree.small.push(path);
      if (Number(size) < LONGEST_ATTRIBUTES && /(^|\/)\.gitattributes$/.test(path)) tree.attributes.push(path);
    }
    return tree;
  } finally {
    await rm(listing, { force: true });
  }
}

async function* entries(file: string): AsyncGenerator<string> {
  let rest = "";
  for await (const part of createReadStream(file, "latin1") as AsyncIterable<string>) {
    const whole = (rest + part).split("\0");
    rest = whole.pop() ?? "";
    yield* whole;
  }
}
