import { readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import type { Problem } from "../../contract/index.ts";
import { dataPaths } from "../config/paths.ts";
import { AGENT_VERSION } from "../version.ts";

/** How a process ends that is not to be started again before a person has done something; units and the supervisor know it. */
export const REFUSED = 78;

/** Why an agent did not start, left in DATA_DIR for those who ask: the gate of a trial, and the desktop. */
export type Refusal = { version: string; pid: number; problem: Problem };

export function leaveRefusal(dataDir: string, problem: Problem): void {
  const path = dataPaths(dataDir).refused;
  try {
    writeFileSync(`${path}.new`, JSON.stringify({ version: AGENT_VERSION, pid: process.pid, problem } satisfies Refusal), { mode: 0o600 });
    renameSync(`${path}.new`, path);
  } catch {
    // A full or read-only disk; it is said on stderr as well.
  }
}

export function forgetRefusal(dataDir: string): void {
  rmSync(dataPaths(dataDir).refused, { force: true });
}

/** What this version of an agent left behind; null where it left nothing. */
export function readRefusal(dataDir: string, version: string): Problem | null {
  try {
    const refusal = JSON.parse(readFileSync(dataPaths(dataDir).refused, "utf8")) as Refusal;
    return refusal.version === version ? refusal.problem : null;
  } catch {
    return null;
  }
}
