// Versions of the parts that must not run: held against what the app pins (src/desktop/parts/known-bad.ts) and, by the doctor and by a
// newer window, against what a server has. A line is added when an advisory is read.
import { describe, type Problem } from "./problem.ts";

export type KnownBad = {
  /** A part of the manifest, or a package of package-lock.json by its name. */
  part: string;
  /** The first bad version; without it all of them up to `fixedIn`. */
  from?: string;
  fixedIn: string;
  advisory: string;
  /** When it was made public; the month's first day where only the month is known. */
  date: string;
  what: string;
  /** Why the pin stays inside the range for now. */
  accepted?: string;
};

/** What a server runs of ours, under the name that a person knows it by. */
const PART_WORDS: Record<string, string> = { node: "Node", caddy: "Caddy", buildx: "buildx" };

const unpublished =
  "no digest of a newer release is published by its makers where it can be read; every test of hosts and streams passes on 2.11.9 too, so the pin moves the day there is one";

export const knownBadParts: readonly KnownBad[] = [
  // Node: every line that is not named is past its end or has no release with the fixes.
  { part: "node", fixedIn: "22.23.4", ...nodeOfOctober() },
  { part: "node", from: "23.0.0", fixedIn: "24.22.1", ...nodeOfOctober() },
  { part: "node", from: "25.0.0", fixedIn: "26.12.1", ...nodeOfOctober() },

  { part: "caddy", fixedIn: "2.11.3", advisory: "GO-2026-5730 (bypasses the fix of CVE-2026-30852)", date: "2026-05-01", what: "placeholders inside the values of vars and vars_regexp are expanded, and routes match by these" },
  { part: "caddy", fixedIn: "2.11.4", advisory: "GHSA-j8px-rmrx-76h9 (CVE-2026-77281, CVE-2026-92284)", date: "2026-07-10", what: "a rewrite expands what a request put into it; a body placeholder reads without bound" },
  { part: "caddy", from: "2.11.6", fixedIn: "2.11.8", advisory: "release notes of 2.11.7 and 2.11.8", date: "2026-10-03", what: "new idle timeouts cut quiet streams and slow uploads, over HTTP/2 with a panic" },
  { part: "caddy", fixedIn: "2.11.5", advisory: "GHSA-6365-7ppr-5r92", date: "2026-07-10", what: "a connection that is still being made can end at the upstream of a later try of the same request", accepted: unpublished },

  { part: "buildx", fixedIn: "0.21.3", advisory: "GHSA-m4gq-fm9h-8q75 (CVE-2025-0495)", date: "2025-03-17", what: "secrets of cache settings reach the telemetry" },
];

/** Node's own, and of whatever carries Node. */
export function nodeOfOctober() {
  return { advisory: "Node's security release of 2026-10-21 (CVE-2026-111497 and nine more)", date: "2026-10-21", what: "Brotli data runs code; names in TLS and DNS are taken for others" };
}

/** Whether one dotted version comes before another: part by part, what is missing is nothing; a prerelease counts as its release. */
export function isBefore(version: string, than: string): boolean {
  const parts = (text: string) => text.replace(/^v/, "").split(/[-+~]/, 1)[0]!.split(".").map((part) => Number.parseInt(part, 10) || 0);
  const [left, right] = [parts(version), parts(than)];
  for (let index = 0; index < Math.max(left.length, right.length); index++) {
    const difference = (left[index] ?? 0) - (right[index] ?? 0);
    if (difference !== 0) return difference < 0;
  }
  return false;
}

export function isCovered({ part, from, fixedIn }: KnownBad, found: { part: string; version: string }): boolean {
  return part === found.part && isBefore(found.version, fixedIn) && (from === undefined || !isBefore(found.version, from));
}

/** The newest that is known against that version and that a release mends which we use; null where there is none. */
export function knownAgainst(part: string, version: string, list: readonly KnownBad[] = knownBadParts): KnownBad | null {
  const found = list.filter((bad) => bad.accepted === undefined && isCovered(bad, { part, version }));
  return found.toSorted((one, other) => other.date.localeCompare(one.date))[0] ?? null;
}

/** The same in words that a person can act on. */
export function partProblem(part: string, version: string, list?: readonly KnownBad[]): Problem | null {
  const known = knownAgainst(part, version, list);
  if (known === null) return null;
  const what = known.what.charAt(0).toUpperCase() + known.what.slice(1);
  return describe("PART_KNOWN_BAD", { part: PART_WORDS[part] ?? part, version: version.replace(/^v/, ""), fixedIn: known.fixedIn, what, advisory: known.advisory });
}
