import type { BigIntStats } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";

/** What tells whether a file is what it was. As JSON has it: all of them are strings. */
export type Mark = { dev: string; ino: string; size: string; mtime: string; ctime: string };

/** Every write, change of size and change of owner or mode moves the last of them, and nobody can set it. */
export const markOf = ({ dev, ino, size, mtimeNs, ctimeNs }: BigIntStats): Mark => ({ dev: `${dev}`, ino: `${ino}`, size: `${size}`, mtime: `${mtimeNs}`, ctime: `${ctimeNs}` });

export const same = (a: Mark, b: Mark): boolean => a.dev === b.dev && a.ino === b.ino && a.size === b.size && a.mtime === b.mtime && a.ctime === b.ctime;

/** The kernel's clock for files moves by steps of up to so much: a second write within one would leave no mark. */
const STEP_MS = 20;

/** A mark that every later write changes: one of this very moment is waited for. */
export async function settled(look: () => Promise<BigIntStats>): Promise<BigIntStats> {
  const stat = await look();
  const age = Date.now() - Number(stat.ctimeMs);
  if (age < 0 || age > STEP_MS) return stat;
  await sleep(STEP_MS);
  return look();
}
