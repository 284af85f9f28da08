import { randomUUID } from "node:crypto";
import { LARGEST_HEADERS } from "./private.ts";
import { ANSWERED_HEADER, FAULT_HEADER, privateSocket, TRIED_HEADER, TRY_HEADER } from "./place.ts";
import type { RouteFiles } from "./route-files.ts";
import { socketRequest } from "./socket-request.ts";
import { dialAddress } from "./target.ts";

/** What came of one request to an app that nobody is sent to yet. */
export type TrialAnswer =
  | { kind: "answer"; status: number; location: string | null; cookies: string[] }
  /** Caddy reached the app, or did not, and got no answer that it could pass on: its own words. */
  | { kind: "fault"; why: string }
  /** The app changed the protocol without being asked to; a visitor would get an empty page. */
  | { kind: "switched" }
  /** Nothing within the time. */
  | { kind: "silent" }
  /** Caddy itself could not be asked; nothing is known of the app. */
  | { kind: "caddy"; why: string };

export type TrialRequest = {
  /** As a visitor would name it. */
  host: string;
  path: string;
  /** Sent besides, whatever would be sent by that name otherwise. */
  headers?: Record<string, string>;
  cookie?: string;
  milliseconds: number;
  signal: AbortSignal;
};

/** An app as Caddy would ask it, through a route that only the agent can ask for. */
export type Trial = { ask(request: TrialRequest): Promise<TrialAnswer>; end(): Promise<void> };

/** Opens tickets; those of an earlier life of the agent are known to nobody and are swept. */
export function createTrials(dataDir: string, files: Pick<RouteFiles, "openTicket" | "dropTicket" | "sweepTickets">) {
  const open = new Set<string>();
  return {
    async begin(upstream: { address: string; port: number }): Promise<Trial> {
      const ticket = randomUUID();
      open.add(ticket);
      await files.openTicket(ticket, dialAddress(upstream)).catch((error: unknown) => {
        open.delete(ticket);
        throw error;
      });
      return {
        ask: (request) => ask(dataDir, ticket, request),
        async end() {
          // What cannot be dropped now, as on a disk that is read-only, is swept as one of an earlier life.
          open.delete(ticket);
          await files.dropTicket(ticket);
        },
      };
    },
    sweep: () => files.sweepTickets(open),
  };
}

async function ask(dataDir: string, ticket: string, o: TrialRequest): Promise<TrialAnswer> {
  const late = AbortSignal.timeout(Math.ceil(o.milliseconds));
  try {
    const { status, headers, cookies, body } = await socketRequest({
      socket: privateSocket(dataDir),
      path: o.path,
      headers: {
        "user-agent": "Aeroplane health check",
        ...lowered(o.headers ?? {}),
        host: o.host,
        "x-forwarded-for": "127.0.0.1",
        "x-forwarded-host": o.host,
        "x-forwarded-proto": "http",
        [TRY_HEADER]: ticket,
        ...(o.cookie ? { cookie: o.cookie } : {}),
      },
      signal: AbortSignal.any([o.signal, late]),
      headersOnly: (answer) => answer[FAULT_HEADER.toLowerCase()] === undefined,
      // Caddy's own limit speaks first, and names it.
      largestHeaders: 2 * LARGEST_HEADERS,
    });
    if (headers[TRIED_HEADER.toLowerCase()] === undefined) return { kind: "caddy", why: `it answered ${status} without knowing the ticket` };
    if (headers[ANSWERED_HEADER.toLowerCase()] !== undefined) return { kind: "answer", status, location: headers.location ?? null, cookies };
    return headers[FAULT_HEADER.toLowerCase()] === undefined ? { kind: "switched" } : { kind: "fault", why: body };
  } catch (error) {
    if (o.signal.aborted) throw error;
    if (late.aborted) return { kind: "silent" };
    return { kind: "caddy", why: (error as Error).message };
  }
}

/** A header has one name, however it is written. */
const lowered = (headers: Record<string, string>): Record<string, string> =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
