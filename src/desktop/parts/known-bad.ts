// Versions that must not be pinned: parts, the shell around them, and packages. A line is added when an advisory is read; `npm test`
// then fails until the pin is moved, or until it is written down here why not yet. Those of the parts the doctor knows as well.
import { knownBadParts, nodeOfOctober, type KnownBad } from "@aeroplane/agent/contract";

export type { KnownBad };

export const knownBad: readonly KnownBad[] = [
  ...knownBadParts,

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

function protobuf() {
  return { advisory: "GHSA-j3f2-48v5-ccww (CVE-2026-59877), GHSA-wcpc-wj8m-hjx6, GHSA-f38q-mgvj-vph7, CVE-2026-41242", date: "2026-07-15", what: "a crafted message or description never ends, or runs code" };
}

function braces() {
  return { advisory: "GHSA-3jxr-9vmj-r5cp, GHSA-mh99-v99m-4gvg, GHSA-rgw5-rvv9-x895 (CVE-2026-69152)", date: "2026-08-22", what: "a pattern takes all memory or never ends" };
}
