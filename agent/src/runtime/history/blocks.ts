import { BEFORE_ALL, stampAt, type Key } from "./kept-line.ts";

/** Some whole lines of a file of output. */
export type Block = {
  /** Of its first byte. */
  offset: number;
  /** How many lines stand before it. */
  line: number;
  /** Of the last line before it. */
  before: Key;
  /** The least and the greatest stamp in it. */
  low: string;
  high: string;
};

/** A file as blocks of some 64 KiB, so that every moment and every line of it is found without reading the rest. */
export type Blocks = { blocks: Block[]; /** Where whole lines end. */ size: number; lines: number; last: Key };

const BLOCK = 65_536;

export const noBlocks = (): Blocks => ({ blocks: [], size: 0, lines: 0, last: BEFORE_ALL });

/** Takes in what comes next in the file; its last line may be torn and is seen with the next piece. Answers how many bytes were whole lines. */
export function addBytes(to: Blocks, bytes: Buffer): number {
  let from = 0;
  let block = to.blocks.at(-1);
  let { stamp: greatest, nth } = to.last;
  // Not Buffer's own, which is JavaScript: this is done for each line.
  for (let end = indexOf.call(bytes, 10, from); end >= 0; end = indexOf.call(bytes, 10, from)) {
    const stamp = stampAt(bytes, from);
    if (stamp !== null) {
      if (block === undefined || to.size - block.offset >= BLOCK) {
        block = { offset: to.size, line: to.lines, before: { stamp: greatest, nth }, low: stamp, high: stamp };
        to.blocks.push(block);
      }
      if (stamp < block.low) block.low = stamp;
      if (stamp > block.high) block.high = stamp;
      // As `keyAfter` has it, without an object for each line.
      nth = stamp > greatest ? 1 : nth + 1;
      if (stamp > greatest) greatest = stamp;
      to.lines += 1;
    }
    to.size += end + 1 - from;
    from = end + 1;
  }
  to.last = { stamp: greatest, nth };
  return from;
}

const { indexOf } = Uint8Array.prototype;

/** Where that block ends. */
export const endOf = ({ blocks, size }: Blocks, index: number): number => blocks[index + 1]?.offset ?? size;
/** The key of its last line, and how many lines there are up to its end. */
export const lastKeyOf = ({ blocks, last }: Blocks, index: number): Key => blocks[index + 1]?.before ?? last;
export const lineAfter = ({ blocks, lines }: Blocks, index: number): number => blocks[index + 1]?.line ?? lines;

/** The last block for which that holds of its beginning, which it does up to one and no further; -1: of no one. */
export function lastBlock({ blocks }: Blocks, holds: (block: Block) => boolean): number {
  let [low, high] = [0, blocks.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (holds(blocks[middle]!)) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

type Stored = { size: number; lines: number; last: [string, number]; blocks: [number, number, string, number, string, string][] };

export function writeBlocks({ blocks, size, lines, last }: Blocks): string {
  const stored: Stored = { size, lines, last: [last.stamp, last.nth], blocks: blocks.map(({ offset, line, before, low, high }) => [offset, line, before.stamp, before.nth, low, high]) };
  return JSON.stringify(stored);
}

/** Null for what is none, or of a file of another size. */
export function readBlocks(text: string, size: number): Blocks | null {
  try {
    const stored = JSON.parse(text) as Stored;
    if (stored.size !== size) return null;
    return {
      size,
      lines: stored.lines,
      last: { stamp: stored.last[0], nth: stored.last[1] },
      blocks: stored.blocks.map(([offset, line, stamp, nth, low, high]) => ({ offset, line, before: { stamp, nth }, low, high })),
    };
  } catch {
    return null;
  }
}
