import { open, stat } from "node:fs/promises";
import { dirname } from "node:path";
import { effect, filesOf } from "../../effects/index.ts";
import { diskFull, refuseFull } from "../../host/disk.ts";
import { DamagedOutput } from "../../docker/output.ts";
import { addBytes, noBlocks, type Blocks } from "./blocks.ts";
import { stampAt } from "./kept-line.ts";
import { createSeeker, nanosOf } from "../position.ts";

const { mkdir, rm } = filesOf("log.copy");

const LINE_FEED = 10;
/** Lines that are asked for, from the end, until the last known one is among them; then all. */
const TAILS = [2000, 64_000, undefined];
/** Docker has no more than half of that: a copy that has grown while it was looked at begins anew. */
const LARGEST = 64 * 1024 ** 2;

/** Whole lines as they are to stand in the file; without a number all. */
type ReadTail = (tail: number | undefined) => AsyncIterable<Buffer>;

/** Output of a container that Docker still has, as a file that can be read at any place; made and gone on with when somebody asks. */
export function createCopy(path: string, readTail: ReadTail) {
  let blocks: Blocks | null = null;
  /** The last line's stamp, and how many of the last lines bear it. */
  let last: Run | null = null;

  async function append(parts: AsyncIterable<Buffer>): Promise<void> {
    const to = blocks!;
    // Opened again each time: nothing stays open while nobody looks.
    const file = await open(path, "a", 0o640);
    try {
      for await (const bytes of parts) {
        await file.appendFile(bytes);
        addBytes(to, bytes);
        last = runAfter(last, bytes);
      }
    } finally {
      await file.close();
    }
  }

  async function begin(): Promise<void> {
    const folder = dirname(path);
    await mkdir(folder, { recursive: true, mode: 0o750 });
    await rm(path, { force: true });
    await refuseFull(folder);
    blocks = noBlocks();
    last = null;
  }

  async function goOn(): Promise<void> {
    if (last === null) return append(readTail(undefined));
    for (const tail of TAILS) {
      const seeker = createSeeker({ nanos: nanosOf(last.stamp), seen: last.times }, { fromOldest: tail === undefined });
      // Behind a damaged part only a reading of all goes on.
      const isWhole = await append(behind(seeker, readTail(tail))).then(() => true, (error: unknown) => !(error instanceof DamagedOutput) && Promise.reject(error));
      if (isWhole && seeker.found()) return;
    }
    // Docker has thrown the last known line away: all that it has is new.
    await append(readTail(undefined));
  }

  return {
    blocks: () => blocks,
    /** Has all that Docker has told until now. */
    async refresh(): Promise<Blocks> {
      try {
        if (blocks === null || blocks.size > LARGEST || (await sizeOf(path)) !== blocks.size) await begin();
        await effect("log.copy.write", goOn);
        return blocks!;
      } catch (error) {
        // Half of it is none.
        blocks = null;
        await rm(path, { force: true });
        throw (error as NodeJS.ErrnoException).code === "ENOSPC" ? await diskFull(path, error) : error;
      }
    },
    async drop(): Promise<void> {
      blocks = null;
      await rm(path, { force: true });
    },
  };
}
export type Copy = ReturnType<typeof createCopy>;

/** Null: somebody took it away. */
const sizeOf = (path: string): Promise<number | null> => stat(path).then(({ size }) => size, () => null);

/** What comes behind the last known line; nothing where that does not come. */
async function* behind(seeker: ReturnType<typeof createSeeker>, parts: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  for await (const bytes of parts) {
    let from = 0;
    while (from < bytes.length && !seeker.isBehind(stampAt(bytes, from) ?? "")) from = bytes.indexOf(LINE_FEED, from) + 1;
    if (from < bytes.length) yield bytes.subarray(from);
  }
}

type Run = { stamp: string; times: number };

/** The run with which some lines end, that may have begun before them. */
function runAfter(before: Run | null, bytes: Buffer): Run | null {
  let stamp: string | null = null;
  let times = 0;
  for (let end = bytes.length; end > 0; ) {
    const from = bytes.lastIndexOf(LINE_FEED, end - 2) + 1;
    const own = end < 2 ? null : stampAt(bytes, from);
    end = from;
    if (own === null) continue;
    stamp ??= own;
    if (own !== stamp) return { stamp, times };
    times += 1;
  }
  if (stamp === null) return before;
  return { stamp, times: times + (before?.stamp === stamp ? before.times : 0) };
}
