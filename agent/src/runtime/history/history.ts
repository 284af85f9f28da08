import type { LogPage } from "../../../contract/index.ts";
import type { HistoryAsked } from "../../api/needs.ts";
import type { Key } from "./kept-line.ts";
import { decodeBoundary, encodeBoundary, placeOfMoment, type Boundary, type Place } from "./place.ts";
import { resolve, type Source } from "./source.ts";
import { present, walk, type Direction, type Found } from "./walk.ts";

/** So many bytes are looked through for one answer: a tenth of a second, and a megabyte or two of memory at a time. */
const BYTES = 8 * 1024 ** 2;

/** A page of what is kept of a service's output: read from where it lies, never held whole. */
export async function pageOf(sources: readonly Source[], asked: HistoryAsked, signal?: AbortSignal, bytes = BYTES): Promise<LogPage> {
  const { direction, boundary } = beginOf(asked);
  const starts = await resolve(sources, boundary);
  const { found, stopped } = await walk(sources, starts, direction, { filter: asked.filter, limit: asked.limit, bytes, signal });
  const searched = Object.keys(asked.filter).length > 0;
  const lines = found.map(({ source, line }) => ({ ...present(source, line), ...(searched ? { place: encodeBoundary({ place: { container: source.container, key: line.key } }) } : {}) }));
  if (direction === "newer") {
    const before = starts.some((count) => count > 0) ? encodeBoundary(boundary) : null;
    return { lines, before, after: stopped && encodeBoundary({ place: stopped }) };
  }
  const after = boundary.place ?? boundary.reach ? encodeBoundary(boundary) : behind(found[0]);
  return { lines: lines.reverse(), before: stopped && (await without(sources, stopped, boundary)), after };
}

/** One that is no cursor of ours, or of another time, is as none. */
export function beginOf({ before, after, moment }: HistoryAsked): { direction: Direction; boundary: Boundary } {
  if (after !== undefined) return { direction: "newer", boundary: decodeBoundary(after) ?? {} };
  if (moment !== undefined) return { direction: "newer", boundary: { place: placeOfMoment(moment) } };
  return { direction: "older", boundary: (before === undefined ? null : decodeBoundary(before)) ?? {} };
}

/** The place alone says it, unless a reader has come to have lines from before it already. */
async function without(sources: readonly Source[], place: Place, { reach }: Boundary): Promise<string> {
  if (reach === undefined) return encodeBoundary({ place });
  const [alone, both] = await Promise.all([resolve(sources, { place }), resolve(sources, { place, reach })]);
  return encodeBoundary(alone.every((count, index) => count === both[index]) ? { place } : { place, reach });
}

function behind(newest: Found | undefined): string | null {
  if (newest === undefined) return null;
  const key: Key = { stamp: newest.line.key.stamp, nth: newest.line.key.nth + 1 };
  return encodeBoundary({ place: { container: newest.source.container, key } });
}
