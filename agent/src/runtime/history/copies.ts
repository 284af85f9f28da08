import { existsSync } from "node:fs";
import { open, type FileHandle } from "node:fs/promises";
import { join } from "node:path";
import { filesOf } from "../../effects/index.ts";
import type { Docker } from "../../docker/client.ts";
import { createSerial, type Serial } from "../../network/serial.ts";
import type { Blocks } from "./blocks.ts";
import { createCopy, type Copy } from "./copy.ts";
import { readAllKeptBytes, readKeptBytes } from "./kept-bytes.ts";

const { rm } = filesOf("log.copy");

/** Nobody has looked for so long: it goes. */
const IDLE_MS = 10 * 60_000;
const LOOK_MS = 60_000;
/** Of so many containers at once: the one that was looked at longest ago goes. */
const MOST = 24;

type Entry = { copy: Copy; serial: Serial; path: string; usedAt: number; /** How many want all that Docker has, and have not got it yet. */ waiting: number };
export type Opened = { file: FileHandle; blocks: Blocks };

/** Copies of what Docker has of containers, while somebody looks. They belong to this life of the agent. */
export function createCopies({ docker, folder }: { docker: Docker; folder: string }) {
  const entries = new Map<string, Entry>();
  let timer: NodeJS.Timeout | null = null;
  let made = 0;
  let cleared: Promise<unknown> = Promise.resolve();

  function drop(container: string, entry: Entry): void {
    entries.delete(container);
    void entry.serial(() => entry.copy.drop()).catch(() => {});
  }
  function sweep(): void {
    for (const [container, entry] of entries) if (Date.now() - entry.usedAt > IDLE_MS) drop(container, entry);
    if (entries.size > 0 || timer === null) return;
    clearInterval(timer);
    timer = null;
  }
  function begin(container: string): Entry {
    // The one before may still be on its way out.
    const path = join(folder, `${container}-${(made += 1)}`);
    return { copy: createCopy(path, (tail) => (tail === undefined ? readAllKeptBytes(docker, container, { rest: false }) : readKeptBytes(docker, container, { tail, rest: false }))), serial: createSerial(), path, usedAt: 0, waiting: 0 };
  }
  function entryOf(container: string): Entry {
    const entry = entries.get(container) ?? begin(container);
    entry.usedAt = Date.now();
    // The one used last stands last.
    entries.delete(container);
    entries.set(container, entry);
    for (const [other, oldest] of [...entries].slice(0, Math.max(0, entries.size - MOST))) drop(other, oldest);
    timer ??= setInterval(sweep, LOOK_MS).unref();
    return entry;
  }

  return {
    /** Of one container: as it is, where its newest line is of that stamp or later, else with all that Docker has told until now. */
    async open(container: string, upTo: string | null): Promise<Opened> {
      const entry = entryOf(container);
      entry.waiting += 1;
      try {
        return await entry.serial(async () => {
          // What is made meanwhile would go with what is old.
          await cleared;
          const known = entry.copy.blocks();
          const blocks = known !== null && upTo !== null && known.last.stamp > upTo ? known : await entry.copy.refresh();
          // Before anything else is done to it: whoever has it open goes on reading what it was.
          return { file: await open(entry.path, "r"), blocks };
        });
      } finally {
        entry.waiting -= 1;
      }
    },
    /** Whether nobody has to wait for all that the engine keeps of that container. */
    isReady(container: string): boolean {
      const entry = entries.get(container);
      return entry !== undefined && entry.waiting === 0 && entry.copy.blocks() !== null;
    },
    /** Makes one, for who may ask soon, where there is none. */
    async prepare(container: string): Promise<void> {
      if (entries.has(container)) return;
      const { file } = await this.open(container, null);
      await file.close();
    },
    /** Of a container that is gone. */
    drop(container: string): void {
      const entry = entries.get(container);
      if (entry !== undefined) drop(container, entry);
    },
    /** What an earlier life has left. */
    clear(): Promise<void> {
      const clearing = existsSync(folder) ? rm(folder, { recursive: true, force: true }) : Promise.resolve();
      cleared = clearing.catch(() => {});
      return clearing;
    },
    close(): void {
      if (timer) clearInterval(timer);
      timer = null;
    },
  };
}
