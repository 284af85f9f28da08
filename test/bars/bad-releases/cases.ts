// Ways to be a release: what is wrong with each, or that nothing is. The app's side of it is test/world/apps/odd-http.
import type { ErrorCode } from "../../../agent/contract/errors.ts";

/** Services that differ in how they are checked. */
export type LaneKind = "plain" | "health" | "patient" | "odd";

export type Case = {
  mode: string;
  lane: LaneKind;
  /** Null: it is good, however odd, and must go live. */
  code: ErrorCode | null;
  /** Must stand in the sentence. */
  says?: string;
  /** Also in the short form. */
  short?: true;
  /** Gets a memory limit as soon as it runs. */
  limited?: true;
  /** So many instances, of which the switch makes some bad. */
  replicas?: number;
};

export const HEALTH_PATH = "/health";
export const PORT = 3000;

/** Seconds that each kind of service has to become healthy; in the short form other bars run beside it, and a process begins late. */
export const healthSeconds = (short: boolean): Record<LaneKind, number> =>
  short ? { plain: 7, health: 7, patient: 7, odd: 60 } : { plain: 4, health: 4, patient: 40, odd: 8 };

export const CASES: Case[] = [
  // listens elsewhere or not at all
  { mode: "never-listens", lane: "plain", code: "APP_NOT_LISTENING", says: "3000" },
  { mode: "opens-too-late", lane: "health", code: "APP_NOT_LISTENING", says: "3000" },
  { mode: "other-port", lane: "plain", code: "APP_LISTENS_ON_OTHER_PORT", says: "port 3080" },
  { mode: "loopback", lane: "plain", code: "APP_LISTENS_ON_LOOPBACK", says: "127.0.0.1:3000", short: true },
  { mode: "ipv6-only", lane: "plain", code: "APP_LISTENS_ON_IPV6_ONLY", says: "IPv6" },
  { mode: "udp-only", lane: "plain", code: "APP_LISTENS_ON_UDP_ONLY", says: "UDP" },
  // accepts and does not answer
  { mode: "silent", lane: "plain", code: "APP_SILENT", says: "GET /" },
  { mode: "frozen", lane: "health", code: "APP_SILENT", says: "GET /health" },
  { mode: "slow-beyond", lane: "plain", code: "APP_SILENT", says: "GET /" },
  { mode: "late-http", lane: "plain", code: "APP_SILENT", says: "GET /" },
  { mode: "half-a-header", lane: "plain", code: "APP_SILENT", says: "GET /" },
  { mode: "closes-at-once", lane: "plain", code: "APP_CLOSES_CONNECTIONS" },
  { mode: "closes-when-asked", lane: "health", code: "APP_CLOSES_CONNECTIONS" },
  // answers something else
  { mode: "tls", lane: "plain", code: "APP_SPEAKS_TLS", says: "TLS", short: true },
  { mode: "tls-polite", lane: "plain", code: "APP_SPEAKS_TLS", says: "TLS" },
  { mode: "http2-only", lane: "plain", code: "APP_SPEAKS_HTTP2_ONLY", says: "HTTP/2" },
  { mode: "garbage", lane: "plain", code: "APP_NOT_HTTP" },
  { mode: "banner", lane: "health", code: "APP_NOT_HTTP", says: "SSH-2.0-OpenSSH_9.6" },
  { mode: "http-0.9", lane: "plain", code: "APP_NOT_HTTP", says: "<html>" },
  { mode: "cut-header", lane: "plain", code: "APP_NOT_HTTP", says: "MIME header" },
  { mode: "wrong-status-line", lane: "plain", code: "APP_NOT_HTTP", says: "status code" },
  { mode: "switches-unasked", lane: "plain", code: "APP_NOT_HTTP", says: "101" },
  { mode: "headers-2m", lane: "plain", code: "APP_HEADERS_TOO_LARGE", says: "1 MB", short: true },
  { mode: "circle", lane: "plain", code: "APP_REDIRECTS_IN_CIRCLES", says: "GET /" },
  { mode: "circle-of-two", lane: "plain", code: "APP_REDIRECTS_IN_CIRCLES", says: "over /" },
  { mode: "health-circle", lane: "health", code: "APP_REDIRECTS_IN_CIRCLES", says: "/health" },
  { mode: "answers-500", lane: "health", code: "HEALTH_CHECK_FAILED", says: "500", short: true },
  { mode: "answers-404", lane: "health", code: "HEALTH_CHECK_FAILED", says: "404" },
  // comes and goes
  { mode: "opens-and-closes", lane: "plain", code: "APP_UNSTEADY", says: "GET /" },
  { mode: "well-and-500", lane: "health", code: "APP_UNSTEADY", says: "/health" },
  // ends
  { mode: "exits-at-once", lane: "plain", code: "APP_EXITED", says: "code 3" },
  { mode: "exits-with-0", lane: "health", code: "APP_EXITED", says: "code 0" },
  { mode: "exits-after-1", lane: "plain", code: "APP_EXITED", says: "code 1" },
  { mode: "exits-after-5", lane: "patient", code: "APP_EXITED", says: "code 1" },
  { mode: "exits-after-20", lane: "patient", code: "APP_EXITED", says: "code 1" },
  { mode: "dies-young", lane: "plain", code: "APP_EXITED", says: "code 4" },
  { mode: "crashes-when-asked", lane: "health", code: "APP_EXITED", says: "code 5", short: true },
  { mode: "memory-hog", lane: "health", code: "APP_OUT_OF_MEMORY", says: "memory", limited: true },
  // half of the instances
  { mode: "ok,silent", lane: "plain", code: "APP_SILENT", replicas: 2 },
  { mode: "ok,exits-after-1", lane: "plain", code: "APP_EXITED", replicas: 2 },
  // good, in their way
  { mode: "ok", lane: "plain", code: null },
  { mode: "ok", lane: "health", code: null },
  { mode: "late-http", lane: "patient", code: null },
  { mode: "slow-root", lane: "patient", code: null },
  { mode: "slow-by-half", lane: "odd", code: null },
  { mode: "loses-first", lane: "patient", code: null },
  { mode: "headers-20k", lane: "odd", code: null, short: true },
  { mode: "headers-900k", lane: "odd", code: null },
  { mode: "late-http-2", lane: "odd", code: null },
  { mode: "opens-late", lane: "odd", code: null },
  { mode: "not-found", lane: "odd", code: null },
  { mode: "unauthorized", lane: "odd", code: null },
  { mode: "redirects-away", lane: "odd", code: null },
  { mode: "redirects-once", lane: "odd", code: null },
  { mode: "never-ends", lane: "odd", code: null },
];
