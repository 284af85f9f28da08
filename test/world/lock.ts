// A lock file between processes; the lock of a dead owner is free.
import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, unlinkSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { isAlive, thisOwner } from "./owner.ts";
import { until } from "./wait.ts";

export async function withLock<T>(
  path: string,
  work: () => Promise<T>,
  { within = 1_500_000, signal }: { within?: number; signal?: AbortSignal } = {},
): Promise<T> {
  mkdirSync(dirname(path), { recursive: true });
  await until(`the lock ${path}`, () => take(path), { within, every: 200, signal });
  try {
    return await work();
  } finally {
    rmSync(path, { force: true });
  }
}

let serial = 0;

/** link(2) makes the file appear with its owner already inside, or fails. */
function take(path: string): true | undefined {
  const own = `${path}.${thisOwner}.${serial++}`;
  writeFileSync(own, thisOwner);
  try {
    linkSync(own, path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    removeIfAbandoned(path, `${own}.old`);
    return undefined;
  } finally {
    unlinkSync(own);
  }
}

/** Only one of those who saw a dead owner there moves it away; a living one who has taken its place meanwhile gets it back. */
function removeIfAbandoned(path: string, aside: string): void {
  try {
    if (isAlive(readFileSync(path, "utf8"))) return;
    renameSync(path, aside);
    if (isAlive(readFileSync(aside, "utf8"))) linkSync(aside, path);
  } catch {
    // Freed or taken in the meantime.
  } finally {
    rmSync(aside, { force: true });
  }
}
