// Versions that must not be pinned: parts, the shell around them, and packages. A line is added when an advisory is read; `npm test`
// then fails until the pin is moved, or until it is written down here why not yet.

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

const unpublished =
  "no digest of a newer release is published by its makers where it can be read; every test of hosts and streams passes on 2.11.9 too, so the pin moves the day there is one";

export const knownBad: readonly KnownBad[] = [
  // Node: every line that is not named is past its end or has no release with the fixes.
  { part: "node", fixedIn: "22.23.4", ...nodeOfOctober() },
  { part: "node", from: "23.0.0", fixedIn: "24.22.1", ...nodeOfOctober() },
  { part: "node", from: "25.0.0", fixedIn: "26.12.1", ...nodeOfOctober() },

  { part: "caddy", fixedIn: "2.11.3", advisory: "GO-2026-5730 (bypasses the fix of CVE-2026-30852)", date: "2026-05-01", what: "placeholders inside the values of vars and vars_regexp are expanded, and routes match by these" },
  { part: "caddy", fixedIn: "2.11.4", advisory: "GHSA-j8px-rmrx-76h9 (CVE-2026-77281, CVE-2026-92284)", date: "2026-07-10", what: "a rewrite expands what a request put into it; a body placeholder reads without bound" },
  { part: "caddy", from: "2.11.6", fixedIn: "2.11.8", advisory: "release notes of 2.11.7 and 2.11.8", date: "2026-10-03", what: "new idle timeouts cut quiet streams and slow uploads, over HTTP/2 with a panic" },
  { part: "caddy", fixedIn: "2.11.5", advisory: "GHSA-6365-7ppr-5r92", date: "2026-07-10", what: "a connection that is still being made can end at the upstream of a later try of the same request", accepted: unpublished },

  { part: "buildx", fixedIn: "0.21.3", advisory: "GHSA-m4gq-fm9h-8q75 (CVE-2025-0495)", date: "2025-03-17", what: "secrets of cache settings reach the telemetry" },

  // Electron carries Node: these are the lines whose next release has the fixes of October.
  { part: "electron", fixedIn: "43.8.4", ...nodeOfOctober() },
  { part: "electron", from: "44.0.0", fixedIn: "44.9.3", ...nodeOfOctober() },
  { part: "electron", from: "45.0.0", fixedIn: "45.4.1", ...nodeOfOctober() },

  { part: "protobufjs", fixedIn: "7.6.5", ...protobuf() },
  { part: "protobufjs", from: "8.0.0", fixedIn: "8.6.6", ...protobuf() },
  { part: "@grpc/grpc-js", from: "1.14.0", fixedIn: "1.14.4", advisory: "GHSA-5375-pq7m-f5r2, GHSA-99f4-grh7-6pcq", date: "2026-06-01", what: "a malformed request or message ends the process" },
  { part: "ws", from: "8.0.0", fixedIn: "8.21.0", advisory: "GHSA-96hv-2xvq-fx4p (CVE-2026-48779)", date: "2026-06-15", what: "tiny fragments take all memory" },
  { part: "undici", fixedIn: "6.28.0", advisory: "GHSA-35p6-xmwp-9g52 (CVE-2026-6733), CVE-2026-15157", date: "2026-09-01", what: "an answer is taken for another request's; a type puts lines into a header" },
  { part: "undici", from: "7.0.0", fixedIn: "7.28.0", advisory: "GHSA-35p6-xmwp-9g52 (CVE-2026-6733)", date: "2026-06-15", what: "an answer is taken for another request's" },
  { part: "undici", from: "8.0.0", fixedIn: "8.10.2", advisory: "GHSA-35p6-xmwp-9g52 (CVE-2026-6733), CVE-2026-15157", date: "2026-09-01", what: "an answer is taken for another request's; a type puts lines into a header" },
  { part: "vite", fixedIn: "7.3.2", advisory: "GHSA-p9ff-h696-f583, GHSA-4w7w-66w2-5vf9, GHSA-v2wj-q39q-566r", date: "2026-04-01", what: "the development server reads any file" },
  { part: "vite", from: "8.0.0", fixedIn: "8.0.16", advisory: "GHSA-fx2h-pf6j-xcff, GHSA-v6wh-96g9-6wx3", date: "2026-06-01", what: "the development server reads denied files" },
  { part: "tar", fixedIn: "7.5.21", advisory: "GHSA-23hp-3jrh-7fpw, GHSA-r292-9mhp-454m, GHSA-vmf3-w455-68vh and others", date: "2026-08-22", what: "unpacking never ends, or writes elsewhere" },
  { part: "tmp", fixedIn: "0.2.6", advisory: "GHSA-ph9p-34f9-6g65, GHSA-52f5-9888-hmc6", date: "2026-05-27", what: "files are made outside their folder" },
  { part: "form-data", fixedIn: "4.0.6", advisory: "GHSA-hmw2-7cc7-3qxx, GHSA-fjxv-7rqg-78g4", date: "2026-06-21", what: "a name puts header lines into a request" },
  { part: "fast-uri", fixedIn: "3.1.8", advisory: "GHSA-hrr3-gc8f-f4qj (CVE-2026-86472), CVE-2026-84292 and others", date: "2026-09-15", what: "an address is read in two ways" },
  { part: "brace-expansion", fixedIn: "1.1.20", ...braces() },
  { part: "brace-expansion", from: "2.0.0", fixedIn: "2.1.6", ...braces() },
  { part: "brace-expansion", from: "3.0.0", fixedIn: "3.0.8", ...braces() },
  { part: "brace-expansion", from: "4.0.0", fixedIn: "5.0.11", ...braces() },
  { part: "ssh2", fixedIn: "1.4.0", advisory: "CVE-2020-26301", date: "2021-09-20", what: "a command is put together as a shell's line" },
];

function nodeOfOctober() {
  return { advisory: "Node's security release of 2026-10-21 (CVE-2026-111497 and nine more)", date: "2026-10-21", what: "Brotli data runs code; names in TLS and DNS are taken for others" };
}

function protobuf() {
  return { advisory: "GHSA-j3f2-48v5-ccww (CVE-2026-59877), GHSA-wcpc-wj8m-hjx6, GHSA-f38q-mgvj-vph7, CVE-2026-41242", date: "2026-07-15", what: "a crafted message or description never ends, or runs code" };
}

function braces() {
  return { advisory: "GHSA-3jxr-9vmj-r5cp, GHSA-mh99-v99m-4gvg, GHSA-rgw5-rvv9-x895 (CVE-2026-69152)", date: "2026-08-22", what: "a pattern takes all memory or never ends" };
}
