// A silence before a repair and at each of its requests; an agent that starts meanwhile is there at once.
import { until } from "../../world/wait.ts";
import type { Mended, Repair } from "../acts/repairs.ts";
import type { Shape } from "../acts/shapes.ts";
import { wrongNow } from "../acts/state.ts";
import { CALL_MS, comeBack, END_SECONDS, quiet, REPAIR_SECONDS, SECONDS, trapsOf, wordsOf, type Lane, type Told } from "./lane.ts";
import type { Trap } from "./proxy.ts";
import { seenOf, statusSays, useWindow } from "./window.ts";

/** Long enough for it to be known. */
const SILENT_MS = 2 * SECONDS * 1000;
const START_SECONDS = 10;
/** What requests need does not wait for Docker. */
const WITHOUT_DOCKER: readonly Mended[] = ["caddy", "routes", "addresses"];

const beforeOf = ({ goes }: Repair) => ({ before: goes === undefined ? "live" : "live, to be deleted" }) as const;

async function damaged({ agent, stage }: Lane, repair: Repair, shape: Shape) {
  const subject = await stage.ready(shape, beforeOf(repair));
  const seen = await seenOf(agent, subject.service);
  await agent.kill();
  await repair.damage(agent, subject);
  return { subject, seen };
}

/** An agent that is told to end while Docker is silent ends, and leaves nothing that the next one does not mend. */
export async function silenceAtItsEnd(lane: Lane, shape: Shape): Promise<Told> {
  const { agent, proxy, stage, context: { signal } } = lane;
  const problems: string[] = [];
  const subject = await stage.ready(shape, { before: "live" });
  await agent.kill();
  proxy.hangAt(null);
  await agent.start();
  // Its first pass waits for Docker now.
  await until("a question to Docker", () => proxy.waiting() > 0, { within: 10_000, every: 10, signal });
  const told = performance.now();
  process.kill(agent.pid(), "SIGTERM");
  await agent.exited();
  const ended = (performance.now() - told) / 1000;
  if (ended > END_SECONDS) problems.push(`it ended after ${ended.toFixed(1)} s`);
  const how = lane.nextReturn();
  proxy.release(how);
  await agent.start();
  const back = await comeBack(lane, how, subject, null);
  return { name: `the end of an agent, ${how}`, ended, slowest: 0, repaired: back.repaired, problems: [...problems, ...back.problems] };
}

export async function trapsOfRepair(lane: Lane, repair: Repair, shape: Shape): Promise<Trap[]> {
  const { agent, proxy, stage, context: { signal } } = lane;
  await stage.ready(shape, beforeOf(repair));
  await quiet(lane);
  const { subject } = await damaged(lane, repair, shape);
  proxy.forget();
  await agent.start();
  await until("all as it should be", async () => (await wrongNow(agent, subject, null, repair.goes)).length === 0, { within: REPAIR_SECONDS * 1000, signal });
  return trapsOf(proxy.seen());
}

export async function silenceInRepair(lane: Lane, repair: Repair, shape: Shape, trap: Trap | null): Promise<Told> {
  const { agent, proxy, context: { short, signal } } = lane;
  const problems: string[] = [];
  const { subject, seen } = await damaged(lane, repair, shape);
  proxy.hangAt(trap);
  const started = performance.now();
  await agent.start();
  const ended = (performance.now() - started) / 1000;
  if (!short && ended > START_SECONDS) problems.push(`the agent was there after ${ended.toFixed(1)} s`);
  await until(`a silence ${wordsOf(trap)}`, () => proxy.hangs(), { within: 30_000, every: 10, signal });
  const begun = performance.now();
  let slowest = 0;
  while (performance.now() - begun < SILENT_MS) slowest = Math.max(slowest, await useWindow(agent, seen));
  problems.push(...(await statusSays(agent, short)));
  if (!short && slowest > CALL_MS) problems.push(`a call took ${Math.round(slowest)} ms`);
  if (WITHOUT_DOCKER.includes(repair.mends)) {
    const left = await wrongNow(agent, subject, null);
    problems.push(...left.map((problem) => `while Docker is silent: ${problem}`));
  }
  const how = lane.nextReturn();
  const back = await comeBack(lane, how, subject, null, repair.goes);
  return { name: `${repair.name}, ${shape.shape}, silent ${wordsOf(trap)}, ${how}`, ended, slowest, repaired: back.repaired, problems: [...problems, ...back.problems] };
}
