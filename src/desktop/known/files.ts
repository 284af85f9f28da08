import { randomUUID } from "node:crypto";
import { mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import * as z from "zod";
import type { KnownState } from "../../contract/index.ts";
import { readText, writeWhole } from "../config/file.ts";
import { readState } from "./earlier.ts";

const SEEN = "seen";
const seenTimes = z.record(z.string(), z.int().nonnegative());

/** One file for each server: it goes when the server goes, and a damaged one costs its own server only. */
export function createKnownFiles(folder: string) {
  const pathOf = (id: string) => join(folder, `${id}.json`);

  async function read(id: string): Promise<KnownState | null> {
    const text = await readText(pathOf(id)).catch(() => undefined);
    if (text === undefined) return null;
    // One that cannot be read stays until the server says something: another version of this app may read it.
    return readState(parse(text));
  }

  /** When each was last heard: it changes all the time, what they said hardly ever. */
  async function readSeen(): Promise<Record<string, number>> {
    const parsed = seenTimes.safeParse(parse((await readText(pathOf(SEEN)).catch(() => undefined)) ?? "{}"));
    return parsed.success ? parsed.data : {};
  }

  const write = (id: string, state: KnownState) => writeWhole(pathOf(id), JSON.stringify(state));
  const remove = (id: string) => rm(pathOf(id), { force: true });

  /** At the end of the program, when nothing can be waited for. */
  function writeNow(id: string, state: KnownState | Record<string, number>): void {
    const fresh = `${pathOf(id)}.${randomUUID()}.new`;
    try {
      mkdirSync(folder, { recursive: true, mode: 0o700 });
      writeFileSync(fresh, JSON.stringify(state), { mode: 0o600 });
      renameSync(fresh, pathOf(id));
    } catch {
      rmSync(fresh, { force: true });
    }
  }

  /** Of servers that another window forgot, and of a program that died while writing. */
  async function sweep(ids: readonly string[]): Promise<void> {
    const ours = new Set([...ids, SEEN].map((id) => `${id}.json`));
    for (const name of await readdir(folder).catch(() => [])) if (!ours.has(name)) await rm(join(folder, name), { force: true });
  }

  return { read, readSeen, write, writeNow, writeSeen: (times: Record<string, number>) => writeNow(SEEN, times), remove, sweep };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
