import { DamagedOutput, type OutputLine } from "../docker/output.ts";
import { createSeeker, type Position } from "./position.ts";
import { ALL, MORE } from "./tails.ts";

/** Where the lines of one container are kept. */
export type Kept = {
  /** As they are now, oldest first, some at a time; with `tail` only about so many at the end. */
  read(tail?: number): AsyncIterable<readonly OutputLine[]>;
  /** How many at the end can be read where a part is damaged. */
  readable(): Promise<number>;
  /** More than so many at the end are known not to be readable. */
  most: number;
};

export const GAP = Symbol("lines that are no longer kept");
/** Some lines at a time: a step between functions for each costs more memory than the line. */
type Unread = readonly OutputLine[] | typeof GAP;

/**
 * What was said behind a position, in that order, from what is kept at this moment: nothing is lost between two calls, and
 * where the position itself is no longer kept, GAP stands before the rest. `about` is how many lines are expected.
 */
export async function* linesAfter(kept: Kept, position: Position, about: number): AsyncGenerator<Unread> {
  if (position.seen === 0) return yield* undamaged(kept, position);
  for (let tail = about; ; tail *= MORE) {
    const whole = tail >= ALL && kept.most === Number.POSITIVE_INFINITY;
    const asked = Math.min(tail, kept.most);
    const seeker = createSeeker(position, { fromOldest: whole });
    try {
      for await (const lines of behindIn(seeker, kept.read(whole ? undefined : asked))) {
        kept.most += lines.length;
        yield lines;
      }
    } catch (error) {
      if (!(error instanceof DamagedOutput)) throw error;
      return yield* afterDamage(kept, seeker.found() ? null : position);
    }
    if (seeker.found()) return;
    if (whole) break;
    // More than this could be read by now.
    if (asked === kept.most) return yield* afterDamage(kept, position);
  }
  yield GAP;
  yield* undamaged(kept, position);
}

async function* undamaged(kept: Kept, position: Position): AsyncGenerator<Unread> {
  try {
    yield* kept.read(kept.most === Number.POSITIVE_INFINITY ? undefined : kept.most);
  } catch (error) {
    if (!(error instanceof DamagedOutput)) throw error;
    yield* afterDamage(kept, position.seen === 0 ? null : position);
  }
}

/** The position may stand behind the damage; null: it stands before it. */
async function* afterDamage(kept: Kept, position: Position | null): AsyncGenerator<Unread> {
  const readable = await kept.readable();
  if (readable === 0) return yield GAP;
  kept.most = readable;
  if (position !== null) {
    const seeker = createSeeker(position, { fromOldest: true });
    yield* behindIn(seeker, kept.read(readable));
    if (seeker.found()) return;
  }
  yield GAP;
  yield* kept.read(readable);
}

async function* behindIn(seeker: ReturnType<typeof createSeeker>, parts: AsyncIterable<readonly OutputLine[]>): AsyncGenerator<readonly OutputLine[]> {
  for await (const part of parts) {
    const lines = part.filter(({ stamp }) => seeker.isBehind(stamp));
    if (lines.length > 0) yield lines;
  }
}
