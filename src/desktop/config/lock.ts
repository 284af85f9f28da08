import { mkdir, open, readFile, rename, rm, stat, utimes } from "node:fs/promises";
import { randomUUID } from "node:crypto";
import { dirname } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { isAlive } from "./alive.ts";

/** Milliseconds: an owner shows that often that it is there, and one that was seen to show nothing for so long is not. */
const LIFE = { beat: 5000, patience: 30_000 };

/** Window and web host may run at once: changes of a file take turns, and a lock whose owner is gone is taken over. */
export async function withLock<T>(path: string, act: () => Promise<T>, { beat, patience } = LIFE): Promise<T> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  const lock = `${path}.lock`;
  const mine = `${process.pid} ${randomUUID()}`;
  const watch = createWatch(patience);
  for (let tries = 0; !(await take(lock, mine)); tries += 1) {
    await breakAbandoned(lock, watch);
    await pause(Math.min(20 + tries * 5, 100));
  }
  const beats = setInterval(() => void utimes(lock, new Date(), new Date()).catch(() => {}), beat);
  try {
    return await act();
  } finally {
    clearInterval(beats);
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

/** Whether one and the same sign of life was all that was seen for too long; time in which this computer slept does not count. */
function createWatch(patience: number): (sign: string) => boolean {
  let seen = { sign: "", since: 0 };
  return (sign) => {
    if (seen.sign !== sign) seen = { sign, since: performance.now() };
    return performance.now() - seen.since > patience;
  };
}

async function breakAbandoned(lock: string, isSilent: (sign: string) => boolean): Promise<void> {
  const text = await readFile(lock, "utf8").catch(() => undefined);
  const at = (await stat(lock).catch(() => undefined))?.mtimeMs;
  if (text === undefined || at === undefined) return;
  const owner = Number(text.split(" ")[0]);
  // Its number may be another program's by now; an empty lock is being written right now, or its owner died in between.
  const silent = isSilent(`${text} ${at}`);
  if (!silent && (owner > 0 ? isAlive(owner) : Date.now() - at < 10_000)) return;
  // Moved before it is removed, so that two who break it at once cannot remove the third one's fresh lock.
  const grave = `${lock}.${randomUUID()}`;
  try {
    await rename(lock, grave);
    await rm(grave, { force: true });
  } catch {}
}
