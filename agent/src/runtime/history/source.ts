import { endOf, lastBlock, lineAfter, type Blocks } from "./blocks.ts";
import { compareKeys, linesOf, type KeptLine, type Key } from "./kept-line.ts";
import { keyIn, type Boundary } from "./place.ts";

/** The output of one container as a file in blocks. */
export type Source = {
  container: string;
  createdAt: number;
  release: string;
  ordinal: number | null;
  blocks: Blocks;
  read(offset: number, bytes: number): Promise<Buffer>;
};

export const textOf = async ({ blocks, read }: Source, index: number): Promise<string> => {
  const { offset } = blocks.blocks[index]!;
  return (await read(offset, endOf(blocks, index) - offset)).toString("utf8");
};

/** How many lines of a source stand before a key. */
async function linesBefore(source: Source, key: Key): Promise<number> {
  const { blocks } = source;
  const index = lastBlock(blocks, ({ before }) => compareKeys(before, key) < 0);
  if (index < 0) return 0;
  let count = blocks.blocks[index]!.line;
  for (const line of linesOf(await textOf(source, index), blocks.blocks[index]!.before)) {
    if (compareKeys(line.key, key) >= 0) break;
    count += 1;
  }
  return count;
}

/** Of each source, in the order of their ranks: how many of its lines stand before the boundary. */
export async function resolve(sources: readonly Source[], { place, reach }: Boundary): Promise<number[]> {
  const rank = sources.findIndex(({ container }) => container === place?.container);
  return Promise.all(
    sources.map(async (source, index) => {
      const own = { container: source.container, isAfter: index > rank };
      const atPlace = place === undefined ? source.blocks.lines : await linesBefore(source, keyIn(place, own));
      return Math.min(atPlace, reach === undefined ? source.blocks.lines : await reached(source, reach));
    }),
  );
}

async function reached(source: Source, { newest, of }: NonNullable<Boundary["reach"]>): Promise<number> {
  const own = of.get(source.container);
  // One that the reader's cursor does not name is read to its end, or is newer than all that it has heard of.
  if (own === undefined) return source.createdAt >= newest ? 0 : source.blocks.lines;
  const at = "stamp" in own ? await behindTold(source, own.stamp, own.seen) : source.blocks.lines;
  return Math.max(0, at - own.back);
}

/** How many lines there are up to the one that bears this stamp as the so-manyth in a row; looked for by its stamp from the end, since clocks are set back. */
async function behindTold(source: Source, stamp: string, seen: number): Promise<number> {
  const { blocks } = source.blocks;
  for (let index = blocks.length - 1; index >= 0; index -= 1) {
    if (blocks[index]!.low > stamp || blocks[index]!.high < stamp) continue;
    const last = lastRun(await stampsOf(source, index), stamp);
    if (last === null) continue;
    let begin = blocks[index]!.line + last.from;
    // It may have begun in the blocks before.
    for (let before = index - 1; last.from === 0 && begin === blocks[before + 1]!.line && before >= 0; before -= 1) {
      const stamps = await stampsOf(source, before);
      const run = lastRun(stamps, stamp);
      if (run?.to !== stamps.length) break;
      begin = blocks[before]!.line + run.from;
    }
    return begin + seen;
  }
  // No longer kept: what is, was said after it.
  return linesBefore(source, { stamp, nth: 0 });
}

const stampsOf = async (source: Source, index: number): Promise<string[]> => [...linesOf(await textOf(source, index), source.blocks.blocks[index]!.before)].map((line) => line.stamp);

/** Where the last lines in a row that bear a stamp begin, and where the next one stands. */
function lastRun(stamps: readonly string[], stamp: string): { from: number; to: number } | null {
  const to = stamps.lastIndexOf(stamp) + 1;
  if (to === 0) return null;
  let from = to - 1;
  while (from > 0 && stamps[from - 1] === stamp) from -= 1;
  return { from, to };
}

/** The block that holds that line, given by how many stand before it. */
export const blockOf = ({ blocks }: Source, line: number): number => lastBlock(blocks, (block) => block.line <= line);

/** The lines of a block, as far as they are not before `from` and not at `to` or behind; counted over the source. */
export function within({ blocks }: Source, index: number, text: string, from: number, to: number): KeptLine[] {
  const block = blocks.blocks[index]!;
  const skip = Math.max(0, from - block.line);
  const take = Math.min(to, lineAfter(blocks, index)) - block.line;
  const lines: KeptLine[] = [];
  let at = 0;
  for (const line of linesOf(text, block.before)) {
    if (at >= take) break;
    if (at >= skip) lines.push(line);
    at += 1;
  }
  return lines;
}
