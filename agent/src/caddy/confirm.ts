import { setTimeout as sleep } from "node:timers/promises";
import { fail } from "../../contract/index.ts";
import { privateSocket, TARGET_HEADER } from "./place.ts";
import { socketRequest } from "./socket-request.ts";
import { targetName, type RouteTarget } from "./target.ts";

export type ConfirmOptions = {
  serviceName: string;
  hostname: string;
  target: RouteTarget;
  seconds: number;
  signal?: AbortSignal;
};

const ONE_ASK_SECONDS = 5;

/** Asks Caddy's private server until it names `target` as what a visitor of `hostname` gets. */
export async function confirmRoute(dataDir: string, o: ConfirmOptions): Promise<void> {
  const wanted = targetName(o.target);
  const deadline = Date.now() + o.seconds * 1000;
  let last = "nothing";
  for (let pause = 10; ; pause = Math.min(pause * 2, 250)) {
    o.signal?.throwIfAborted();
    last = await targetOf(dataDir, o).catch((error: Error) => error.message);
    if (last === wanted) return;
    if (Date.now() + pause > deadline)
      throw fail("ROUTE_NOT_CONFIRMED", { service: o.serviceName, seconds: o.seconds }, { detail: `${o.hostname} leads to ${last}, wanted ${wanted}` });
    await sleep(pause, undefined, { signal: o.signal });
  }
}

/** The matcher of the public server, with an answer of Caddy's own in place of an app's. */
async function targetOf(dataDir: string, o: ConfirmOptions): Promise<string> {
  const answer = await socketRequest({
    socket: privateSocket(dataDir),
    path: "/",
    headers: { host: o.hostname },
    seconds: ONE_ASK_SECONDS,
    signal: o.signal,
  });
  return answer.headers[TARGET_HEADER.toLowerCase()]?.split("/").at(-1) ?? `status ${answer.status}`;
}
