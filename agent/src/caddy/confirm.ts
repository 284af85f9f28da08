import { setTimeout as sleep } from "node:timers/promises";
import { fail } from "../../contract/index.ts";
import { ANSWERED_HEADER, confirmSocket } from "./place.ts";
import { socketRequest } from "./socket-request.ts";
import { targetName, type RouteTarget } from "./target.ts";

export type ConfirmOptions = {
  serviceName: string;
  hostname: string;
  /** Asked with GET; any status will do, so choose one that is answered soon. */
  path?: string;
  target: RouteTarget;
  seconds: number;
  signal?: AbortSignal;
};

/** Asks Caddy's private server until it names `target` as what answered for `hostname`. */
export async function confirmRoute(dataDir: string, o: ConfirmOptions): Promise<void> {
  const wanted = targetName(o.target);
  const deadline = Date.now() + o.seconds * 1000;
  let last = "nothing";
  for (let pause = 10; ; pause = Math.min(pause * 2, 250)) {
    o.signal?.throwIfAborted();
    last = await answeredBy(dataDir, o).catch((error: Error) => error.message);
    if (last === wanted) return;
    if (Date.now() + pause > deadline)
      throw fail("ROUTE_NOT_CONFIRMED", { service: o.serviceName, seconds: o.seconds }, { detail: `${o.hostname} was answered by ${last}, wanted ${wanted}` });
    await sleep(pause, undefined, { signal: o.signal });
  }
}

/** Caddy sets the header on what a release answered and on nothing else, and over any header of that name from the app. */
async function answeredBy(dataDir: string, o: ConfirmOptions): Promise<string> {
  const answer = await socketRequest({
    socket: confirmSocket(dataDir),
    path: o.path ?? "/",
    headers: { host: o.hostname, "user-agent": "aeroplane-route-check" },
    seconds: Math.max(1, o.seconds),
    signal: o.signal,
    headersOnly: true,
  });
  const named = answer.headers[ANSWERED_HEADER.toLowerCase()];
  if (named !== undefined) return named;
  return answer.status === 503 ? "stopped" : `status ${answer.status}`;
}
