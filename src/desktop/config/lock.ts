import { mkdir, open, readFile, rename, rm, stat } from "node:fs/promises";
import { randomUUID } from "node:crypto";
import { dirname } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { isAlive } from "./alive.ts";

/** Window and web host may run at once: changes of a file take turns, and a lock whose owner is gone is taken over. */
export async function withLock<T>(path: string, act: () => Promise<T>): Promise<T> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  const lock = `${path}.lock`;
  const mine = `${process.pid} ${randomUUID()}`;
  for (let tries = 0; !(await take(lock, mine)); tries += 1) {
    await breakAbandoned(lock);
    await pause(Math.min(20 + tries * 5, 100));
  }
  try {
    return await act();
  } finally {
    if ((await readFile(lock, "utf8").catch(() => "")) === mine) await rm(lock, { force: true });
  }
}

async function take(lock: string, mine: string): Promise<boolean> {
  try {
    const file = await open(lock, "wx", 0o600);
    await file.writeFile(mine);
    await file.close();
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  }
}

async function breakAbandoned(lock: string): Promise<void> {
  const text = await readFile(lock, "utf8").catch(() => undefined);
  if (text === undefined) return;
  const owner = Number(text.split(" ")[0]);
  const age = Date.now() - (await stat(lock).catch(() => ({ mtimeMs: Date.now() }))).mtimeMs;
  // An empty lock is being written right now, unless it is old: its owner died in between.
  if (owner > 0 ? isAlive(owner) : age < 10_000) return;
  // Moved before it is removed, so that two who break it at once cannot remove the third one's fresh lock.
  const grave = `${lock}.${randomUUID()}`;
  try {
    await rename(lock, grave);
    await rm(grave, { force: true });
  } catch {}
}
