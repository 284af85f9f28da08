import { lstat, open, readFile } from "node:fs/promises";
import { basename, join } from "node:path";

const HEREDOC = /^\s*(?:RUN|COPY|ADD)\b.*<<-?["']?[A-Za-z_]/i;
/** Paths that a step names; more are not looked at. */
const MOST_PATHS = 20;
const FIRST_LINE = 256;

/** The first line that begins a heredoc, counted from 1; null: none does. */
export async function heredocIn(dockerfile: string): Promise<number | null> {
  const text = await readFile(dockerfile, "utf8").catch(() => "");
  const at = text.split("\n").findIndex((line) => HEREDOC.test(line));
  return at < 0 ? null : at + 1;
}

/** A file of the context that a step names and whose first line is one of a script that ends as on Windows. */
export async function scriptWithCr(context: string, step: string): Promise<string | null> {
  const named = (step.match(/[\w.@/-]*[\w@]/g) ?? []).slice(0, MOST_PATHS);
  for (const path of named) {
    // In the image it may stand in another folder.
    for (const place of new Set([path, basename(path)])) {
      if (!place.split("/").includes("..") && (await beginsWithCr(join(context, place)))) return place.replace(/^(?:\.?\/)+/, "");
    }
  }
  return null;
}

async function beginsWithCr(path: string): Promise<boolean> {
  if (!(await lstat(path).catch(() => null))?.isFile()) return false;
  const file = await open(path, "r");
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(FIRST_LINE), 0, FIRST_LINE, 0);
    return /^#![^\n]*\r\n/.test(buffer.toString("latin1", 0, bytesRead));
  } finally {
    await file.close();
  }
}
