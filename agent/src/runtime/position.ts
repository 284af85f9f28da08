/** How far a reader has come in the output of a container: the stamp of the line told last, and how many in a row bore it. None told: 0 of them. */
export type Position = { nanos: bigint; seen: number };

export const NOTHING_READ: Position = { nanos: 0n, seen: 0 };

export type LogCursor = {
  /** Containers made in this second or later, and not named below, have not been read at all. */
  newest: number;
  positions: Map<string, Position>;
};

/** A cursor is at most 1024 characters: eight instances, those that they replace, and as many again. */
const KEPT = 24;

export function nanosOf(stamp: string): bigint {
  const fraction = (/\.(\d+)Z$/.exec(stamp)?.[1] ?? "").padEnd(9, "0");
  return BigInt(Math.floor(Date.parse(stamp) / 1000)) * 1_000_000_000n + BigInt(fraction);
}

export function stampOf(nanos: bigint): string {
  const seconds = new Date(Number(nanos / 1_000_000_000n) * 1000).toISOString().slice(0, 19);
  return `${seconds}.${(nanos % 1_000_000_000n).toString().padStart(9, "0")}Z`;
}

export function encodeCursor({ newest, positions }: LogCursor): string {
  const entries = [...positions].slice(-KEPT).map(([id, { nanos, seen }]) => `${id}-${nanos}-${seen}`);
  return [String(newest), ...entries].join(".");
}

/** Null for a cursor that is not one of ours: the reader begins anew. */
export function decodeCursor(text: string): LogCursor | null {
  const [newest = "", ...entries] = text.split(".");
  if (!/^\d{1,16}$/.test(newest)) return null;
  const positions = new Map<string, Position>();
  for (const entry of entries) {
    const found = /^([0-9a-f]{12})-(\d{1,20})-(\d{1,9})$/.exec(entry);
    if (found === null) return null;
    positions.set(found[1]!, { nanos: BigInt(found[2]!), seen: Number(found[3]) });
  }
  return { newest: Number(newest), positions };
}

/** The position behind one more line. */
export function behind(before: Position | undefined, stamp: string): Position {
  const nanos = nanosOf(stamp);
  return { nanos, seen: before?.nanos === nanos ? before.seen + 1 : 1 };
}

/** The position behind some more, by one look at what ends them. */
export function behindAll(before: Position | undefined, lines: readonly { stamp: string }[]): Position {
  const last = lines.at(-1);
  if (last === undefined) return before ?? NOTHING_READ;
  const other = lines.findLastIndex(({ stamp }) => stamp !== last.stamp);
  const nanos = nanosOf(last.stamp);
  return { nanos, seen: lines.length - 1 - other + (other < 0 && before?.nanos === nanos ? before.seen : 0) };
}

/**
 * Finds a position again among lines as they were said, whatever their stamps: clocks are set back, and two streams of one
 * container pass each other. Where the lines do not begin with the oldest, those with the stamp of the first are no sign:
 * some of them may be missing.
 */
export function createSeeker({ nanos, seen }: Position, { fromOldest }: { fromOldest: boolean }) {
  const wanted = stampOf(nanos);
  let first: string | null = fromOldest ? "" : null;
  let left = seen;
  return {
    /** Whether this line stands behind the position. */
    isBehind(stamp: string): boolean {
      if (left === 0) return true;
      first ??= stamp;
      if (stamp === wanted && stamp !== first) left -= 1;
      return false;
    },
    found: () => left === 0,
  };
}
