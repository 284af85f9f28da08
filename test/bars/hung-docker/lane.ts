// One agent with a Docker that can hang, and services for it; several of them work side by side.
import { join } from "node:path";
import { until } from "../../world/wait.ts";
import { createStage, type Stage } from "../acts/kinds.ts";
import type { Repair } from "../acts/repairs.ts";
import type { Subject } from "../acts/shapes.ts";
import { wrongNow } from "../acts/state.ts";
import { startAgentProcess, type AgentProcess } from "../agent-process.ts";
import type { BarContext } from "../frame.ts";
import { startProxy, type Proxy, type Return, type Trap } from "./proxy.ts";

/** No act of Docker may take longer here, where a server grants it a minute; less and a busy machine's Docker is taken for silent. */
export const SECONDS = 3;
/** Run and undo each meet the silence once; the rest is refused at once. */
export const END_SECONDS = 6 * SECONDS;
/** Of a call of the window. */
export const CALL_MS = 1000;
export const REPAIR_SECONDS = 30;

export type Lane = {
  context: BarContext;
  agent: AgentProcess;
  proxy: Proxy;
  stage: Stage;
  /** How Docker comes back next: by turns. */
  nextReturn(): Return;
  /** After a case that broke off: Docker answers and the agent runs. */
  recover(): Promise<void>;
};

/** What came of one silence: seconds until what was at work had ended, milliseconds of the slowest call, seconds until all was as it should be. */
export type Told = { name: string; ended: number; slowest: number; repaired: number; problems: string[] };

export async function openLane(context: BarContext, folder: string, number: number): Promise<Lane> {
  const { cleanup } = context;
  const proxy = await startProxy("/var/run/docker.sock", join(folder, `docker-${number}.sock`));
  cleanup(proxy.close);
  const agent = await startAgentProcess(context, { prefix: `hung-${number}`, dockerSocket: proxy.socket, env: { AEROPLANE_DOCKER_SECONDS: String(SECONDS) } });
  cleanup(() => proxy.release("is started anew"));
  let turn = number;
  return {
    context,
    agent,
    proxy,
    stage: createStage(agent),
    nextReturn: () => ((turn += 1) % 2 === 0 ? "goes on" : "is started anew"),
    async recover() {
      proxy.release("is started anew");
      if (agent.pid() === 0) await agent.start();
      await heard(agent, context.signal);
    },
  };
}

/** A look at the services follows an event after three seconds: what is left of what was before must not be counted to what comes. */
const QUIET_MS = 3500;

export async function quiet({ proxy, context: { signal } }: Pick<Lane, "proxy" | "context">): Promise<void> {
  let count = -1;
  let since = performance.now();
  const stands = () => {
    if (count === proxy.seen().length) return performance.now() - since > QUIET_MS;
    count = proxy.seen().length;
    since = performance.now();
    return false;
  };
  await until("nothing to be asked of Docker", stands, { within: 30_000, every: 50, signal });
}

/** The first and the last request of each name that changes something. */
export function trapsOf(seen: readonly string[]): Trap[] {
  return [...new Set(seen)]
    .filter((request) => !request.endsWith("/wait") && !request.startsWith("HEAD"))
    .flatMap((request) => {
      const count = seen.filter((other) => other === request).length;
      return count === 1 ? [{ request, nth: 1 }] : [{ request, nth: 1 }, { request, nth: count }];
    });
}

export const wordsOf = (trap: Trap | null): string =>
  trap === null ? "before it" : `at ${trap.request}${trap.nth > 1 ? `, time ${trap.nth}` : ""}${trap.answers === undefined ? "" : `, after ${trap.answers} pieces of its answer`}`;

/** Docker comes back; then all is as it should be within the time that a repair has. */
export async function comeBack({ context: { signal }, agent, proxy }: Lane, how: Return, subject: Subject, jobId: string | null, goes?: Repair["goes"]): Promise<Pick<Told, "repaired" | "problems">> {
  proxy.release(how);
  const back = performance.now();
  const problems: string[] = [];
  let last: string[] = [];
  const asItShould = async () => (last = await wrongNow(agent, subject, jobId, goes)).length === 0;
  await until("all as it should be", asItShould, { within: REPAIR_SECONDS * 1000, every: 100, signal }).catch((error: Error) => problems.push(...(last.length > 0 ? last : [error.message])));
  const repaired = (performance.now() - back) / 1000;
  await heard(agent, signal).catch(() => problems.push("Docker is not heard again"));
  return { repaired, problems };
}

/** It is asked for a sign of life once a second; until it has given one, the next job would be refused. */
async function heard({ client }: AgentProcess, signal: AbortSignal): Promise<unknown> {
  const answers = async () => (await client.instance.status({})).tools.every(({ name, problem }) => name !== "docker" || problem === null);
  return until("Docker to be heard", answers, { within: 10_000, every: 50, signal });
}
