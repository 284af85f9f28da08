import { open } from "node:fs/promises";
import { filesOf } from "../effects/index.ts";
import { fail } from "../../contract/index.ts";
import { git, type GitPlace } from "./git.ts";
import { limitReached } from "./limits.ts";

const { rm } = filesOf("git.source");

export type Commit = { sha: string; message: string; author: string };

/** Of a subject or a name that has no end, in bytes. */
const READ_BYTES = 4096;

/** Each part is asked for alone: what goes before it would push it out of what is kept of a long answer. */
export async function readCommit(gitDir: string, ref: string, url: string, place: GitPlace): Promise<Commit> {
  const words = `${gitDir}.words`;
  const part = async (format: string): Promise<string> => {
    try {
      const done = await git([`--git-dir=${gitDir}`, "log", "-1", "--no-show-signature", `--format=${format}`, ref], place, words);
      if (done.code !== 0) throw (await limitReached(done, url, place)) ?? fail("GIT_FAILED", { url }, { detail: "its commit cannot be read" });
      return await beginning(words);
    } finally {
      await rm(words, { force: true });
    }
  };
  return { sha: (await part("%H")).trim(), message: plain(await part("%s"), 300), author: plain(await part("%an"), 100) };
}

async function beginning(path: string): Promise<string> {
  const file = await open(path, "r");
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(READ_BYTES), 0, READ_BYTES, 0);
    return buffer.toString("utf8", 0, bytesRead);
  } finally {
    await file.close();
  }
}

/** Shown to people and kept for ever: one line, no control characters. */
const plain = (words: string, length: number) => words.replaceAll(/\p{C}/gu, " ").trim().slice(0, length).toWellFormed();
