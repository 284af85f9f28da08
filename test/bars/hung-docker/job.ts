// A silence before a job, at each of its requests, and in the middle of what a builder says.
import type { Job } from "../../../agent/contract/index.ts";
import { until } from "../../world/wait.ts";
import type { ActKind } from "../acts/kinds.ts";
import type { Shape, Subject } from "../acts/shapes.ts";
import { CALL_MS, comeBack, END_SECONDS, quiet, trapsOf, wordsOf, type Lane, type Told } from "./lane.ts";
import type { Trap } from "./proxy.ts";
import { seenOf, statusSays, useWindow } from "./window.ts";

/** `prepare` comes before the job; without a trap it hangs from the start, or where `strike` comes to its end. */
export type Moment = { words: string; trap: Trap | null; prepare?(lane: Lane, subject: Subject): Promise<unknown>; strike?(lane: Lane, jobId: string): Promise<unknown> };

const at = (trap: Trap | null): Moment => ({ words: wordsOf(trap), trap });
export const BEFORE = at(null);

/** What a builder and Docker say to each other all the time, on one connection each. */
const CONVERSATIONS = ["POST /session", "POST /grpc"];
const RUNS_SECONDS = 3;

/** All that this kind asks of Docker when nothing hangs. */
export async function momentsOf(lane: Lane, act: ActKind, shape: Shape): Promise<Moment[]> {
  const { agent, proxy, stage } = lane;
  const subject = await stage.ready(shape, act);
  await quiet(lane);
  proxy.forget();
  await agent.ended(await act.begin(agent.client, subject));
  const talks = CONVERSATIONS.flatMap((request) => {
    const answers = Math.floor(proxy.answersTo(request) / 2);
    return answers === 0 ? [] : [{ request, nth: 1, answers }];
  });
  return [...trapsOf(proxy.seen()), ...talks].map(at);
}

/** A command of the build runs: another one each time, since the builder keeps what it has run. */
export const WHILE_A_COMMAND_RUNS: Moment = {
  words: "while a command of its build runs",
  trap: null,
  async prepare({ agent: { client } }, { service: { id } }) {
    const { config } = await client.services.get({ id });
    const site = { ...config.site!, buildCommand: `node build.mjs; sleep ${RUNS_SECONDS} # ${Date.now()}` };
    await client.services.update({ id, config: { ...config, site } as never });
  },
  async strike({ agent, proxy, context: { signal } }, jobId) {
    await until("its command", async () => (await agent.logSoFar(jobId)).some(({ text }) => text.includes(`sleep ${RUNS_SECONDS}`)), { within: 30_000, every: 50, signal });
    proxy.hangAt(null);
  },
};

export async function silenceInJob(lane: Lane, act: ActKind, shape: Shape, moment: Moment): Promise<Told> {
  const { context: { short, signal }, agent, proxy } = lane;
  const problems: string[] = [];
  const subject = await lane.stage.ready(shape, act);
  await moment.prepare?.(lane, subject);
  const seen = await seenOf(agent, subject.service);
  if (moment.strike === undefined) proxy.hangAt(moment.trap);
  const jobId = await act.begin(agent.client, subject);
  await moment.strike?.(lane, jobId);
  await until(`a silence ${moment.words}`, () => proxy.hangs(), { within: 30_000, every: 10, signal }).catch(async (error: Error) => {
    const { state, problem } = await agent.client.jobs.get({ id: jobId });
    throw new Error(`${error.message} It ${state}: ${problem?.code ?? "no problem"} ${problem?.message ?? ""}`);
  });
  const begun = performance.now();
  let slowest = 0;
  let job: Job = await agent.client.jobs.get({ id: jobId });
  while (job.endedAt === null && performance.now() - begun < 60_000) {
    slowest = Math.max(slowest, await useWindow(agent, { ...seen, jobId }));
    job = await agent.client.jobs.get({ id: jobId });
  }
  const ended = (performance.now() - begun) / 1000;
  if (job.endedAt === null) problems.push("it does not end");
  else problems.push(...wrongEnd(job));
  if (!short && ended > END_SECONDS) problems.push(`it ended after ${ended.toFixed(1)} s`);
  problems.push(...(await statusSays(agent, short)));
  if (!short && slowest > CALL_MS) problems.push(`a call took ${Math.round(slowest)} ms`);

  const how = lane.nextReturn();
  const back = await comeBack(lane, how, subject, jobId);
  return { name: `${act.kind} of ${shape.shape}, silent ${moment.words}, ${how}`, ended, slowest, repaired: back.repaired, problems: [...problems, ...back.problems] };
}

/** Before its commit it has failed for that reason; after it, it says what is left to do. */
function wrongEnd({ state, problem, warnings }: Job): string[] {
  if (state === "failed" && problem?.code === "DOCKER_SILENT") return [];
  if (state === "succeeded" && warnings.some(({ code }) => code === "FINISH_UNFINISHED")) return [];
  return [`it ${state}: ${problem?.code ?? "no problem"} ${problem?.message ?? ""} ${warnings.map(({ code }) => code).join(", ")}`];
}
