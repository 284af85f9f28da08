/** What the load maker is told; everything else it decides by itself, so that two runs are alike. */
export type LoadPlan = {
  address: string;
  port: number;
  hostname: string;
  /** Requests that begin each second, whatever happens to the earlier ones. */
  rate: number;
  /** GET and POST in turn; `echo` answers a POST's body. */
  path: string;
  echoPath: string;
  /** Answers late: every `slowEvery`th request asks for it. */
  slowPath: string;
  slowEvery: number;
  /** A request without an answer after so long has failed. */
  timeoutSeconds: number;
};

/** What became of the requests that began in one phase. */
export type PhaseResult = {
  phase: string;
  sent: number;
  ok: number;
  failed: number;
  /** Requests begun each second, as they really began. */
  achievedRate: number;
  seconds: number;
  byKind: Record<string, number>;
  /** Failures on a connection that had answered before, which its other end may close at any moment, and on one that was new. */
  failedOn: { new: number; kept: number };
  /** Release ids named by Caddy with the answers, and what the app itself says it is; with their number. */
  releases: Record<string, number>;
  apps: Record<string, number>;
  /** Which instance of it answered, by the app's own name, with their number. */
  instances: Record<string, number>;
  /** The requests that failed: by the id that the app got, when they began and failed (ms since the epoch), and what an answer said. */
  failedRequests: { id: string; method: string; began: number; failed: number; status: number | null; retryAfter: string | null }[];
  /** The POSTs that were answered as they should be. */
  posted: string[];
  /** The first failures in words. */
  failures: string[];
  slowestMs: number;
};

export type LoadCommand = { type: "phase"; name: string } | { type: "finish" };
export type LoadReport = { type: "ready" } | { type: "phase"; name: string } | { type: "done"; results: PhaseResult[] };

/** Set by Caddy on every answer of a release. */
export const RELEASE_HEADER = "x-aeroplane-release";
/** Set by the sample app. */
export const APP_HEADER = "x-release";

/** Which of its instances it is, in its own words. */
export const INSTANCE_HEADER = "x-instance";
/** Names each request; unique within one load. */
export const REQUEST_HEADER = "x-request-id";

/** A WebSocket that is echoed without a pause. */
export type EchoPlan = { address: string; port: number; hostname: string; everyMs: number };

export type EchoResult = {
  sent: number;
  echoed: number;
  /** Longest time between two echoes. */
  largestGapMs: number;
  /** Times that the connection was lost; it is not made again. */
  closed: string | null;
};
export type EchoReport = { type: "ready" } | { type: "done"; result: EchoResult };
