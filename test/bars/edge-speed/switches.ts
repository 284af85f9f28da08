// A hostname is switched between two apps again and again while visitors come.
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { RouteTarget } from "../../../agent/src/caddy/index.ts";
import { makeLoad, phaseLine, type LoadPlan } from "../../load/load.ts";
import { freePort } from "../../world/git/server.ts";
import { startChild, untilListening } from "../edge/child.ts";
import type { Edge } from "../edge/edge.ts";
import type { BarContext } from "../frame.ts";

const serverFile = join(import.meta.dirname, "../../world/apps/node-http/server.mjs");

const PAUSE_MS = 10;

/** The sample app without a container: it echoes, and is slow when asked. */
export async function startSample(context: BarContext, releaseId: string): Promise<RouteTarget & { type: "app" }> {
  const port = await freePort("127.0.0.1");
  startChild(context, [process.execPath, serverFile], { PORT: String(port) });
  await untilListening(port, context.signal);
  return { type: "app", addresses: ["127.0.0.1"], port, releaseId };
}

export const loadOn = (edge: Edge, hostname: string, rate: number): LoadPlan => ({
  address: "127.0.0.1",
  port: edge.port,
  hostname,
  rate,
  path: "/",
  echoPath: "/echo",
  slowPath: "/?slow=300",
  slowEvery: 20,
  timeoutSeconds: 10,
});

export type Switched = { switches: number; sent: number; failed: number; rate: number; bothSeen: boolean };

export async function switchUnderLoad({ say, signal, cleanup }: BarContext, edge: Edge, o: { serviceId: string; hostname: string; apps: RouteTarget[]; switches: number; rate: number }): Promise<Switched> {
  const load = await makeLoad(loadOn(edge, o.hostname, o.rate));
  cleanup(() => load.stop());
  await load.phase(`${o.switches} switches`);
  for (let count = 0; count < o.switches; count += 1) {
    signal.throwIfAborted();
    await edge.caddy.setTarget(o.serviceId, o.apps[count % o.apps.length]!);
    // So that several requests meet each of them.
    await sleep(PAUSE_MS, undefined, { signal });
  }
  const [result] = await load.finish();
  load.stop();
  say(`${phaseLine(result!)}; ${Object.entries(result!.byKind).map(([kind, count]) => `${kind} ${count}`).join(", ")}`);
  for (const failure of result!.failures) say(`  ${failure}`);
  return { switches: o.switches, sent: result!.sent, failed: result!.failed, rate: result!.achievedRate, bothSeen: Object.keys(result!.releases).length === o.apps.length };
}
