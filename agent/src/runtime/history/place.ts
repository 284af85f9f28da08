import type { Key } from "./kept-line.ts";
import { nanosOf, stampOf } from "../position.ts";

/** In front of a line of a container: all that are before it over all containers, in the order of their keys. */
export type Place = { container: string; key: Key };

/** Behind the line that a stream told last of a container (its stamp, and how many in a row bore it) or behind all, and so many lines back from there. */
export type Reached = { stamp: string; seen: number; back: number } | { back: number };
/** How far a stream has come in each container, as its cursor says. */
export type Reach = { newest: number; of: Map<string, Reached> };

/** Where a page begins or ends. A place may lie before a reach: what is not before both was told already. */
export type Boundary = { place?: Place; reach?: Reach };

const LONGEST = 1024;

export function encodeBoundary({ place, reach }: Boundary): string {
  const ofPlace = place === undefined ? "" : `h.${nanosText(place.key.stamp)}-${place.key.nth}.${place.container}`;
  if (reach === undefined) return ofPlace;
  const entries = [...reach.of].map(([id, at]) => `${id}-${"stamp" in at ? `${nanosText(at.stamp)}-${at.seen}` : "e"}-${at.back}`);
  const ofReach = ["t", String(reach.newest), ...entries].join(".");
  if (ofPlace === "") return ofReach;
  const both = `${ofPlace}:${ofReach}`;
  return both.length > LONGEST ? ofPlace : both;
}

const nanosText = (stamp: string) => String(stamp === "" ? 0n : nanosOf(stamp));
const stampIn = (nanos: string) => (nanos === "0" ? "" : stampOf(BigInt(nanos)));

/** Also of the cursor of a stream: where that stands. Null for what is none of ours. */
export function decodeBoundary(text: string): Boundary | null {
  const [first = "", second] = text.split(":");
  if (first.startsWith("h.")) {
    const found = /^h\.(\d{1,19})-(\d{1,9})\.([0-9a-f]{0,12})$/.exec(first);
    const reach = second === undefined ? undefined : reachOf(second);
    if (found === null || reach === null) return null;
    return { place: { key: { stamp: stampIn(found[1]!), nth: Number(found[2]) }, container: found[3]! }, ...(reach === undefined ? {} : { reach }) };
  }
  const reach = reachOf(first);
  return reach === null ? null : { reach };
}

function reachOf(text: string): Reach | null {
  const [newest = "", ...entries] = (text.startsWith("t.") ? text.slice(2) : text).split(".");
  if (!/^\d{1,16}$/.test(newest)) return null;
  const of: Reach["of"] = new Map();
  for (const entry of entries) {
    const found = /^([0-9a-f]{12})-(?:e|(\d{1,19})-(\d{1,9}))(?:-(\d{1,6}))?$/.exec(entry);
    if (found === null) return null;
    const back = Number(found[4] ?? 0);
    of.set(found[1]!, found[2] === undefined ? { back } : { stamp: stampIn(found[2]), seen: Number(found[3]), back });
  }
  return { newest: Number(newest), of };
}

/** In front of everything said at that moment (milliseconds) or later. */
export const placeOfMoment = (at: number): Place => ({ container: "", key: { stamp: stampOf(BigInt(at) * 1_000_000n), nth: 0 } });

/** The key in front of which a place stands among the lines of another container; containers of one key are in the order of their ranks. */
export function keyIn(place: Place, own: { container: string; isAfter: boolean }): Key {
  if (place.container === own.container) return place.key;
  return { stamp: place.key.stamp, nth: own.isAfter ? 0 : Number.MAX_SAFE_INTEGER };
}
