import { lstat } from "node:fs/promises";
import { effect, filesOf } from "../effects/index.ts";
import { takeFolders } from "../sandbox/index.ts";

const { rm } = filesOf("git.source");

/** What the account may have made, or nothing. */
export async function remove(path: string): Promise<void> {
  if ((await lstat(path).catch(() => null)) === null) return;
  await effect("git.source.take", () => takeFolders(path));
  await rm(path, { recursive: true, force: true });
}
