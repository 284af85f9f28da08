// Docker accepts and never answers, in the middle of every kind of job, then answers again.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Job } from "../../agent/contract/index.ts";
import { startGitServer } from "../world/git/server.ts";
import { beginRun, endRun } from "../world/run.ts";
import { until } from "../world/wait.ts";
import { actKinds, createStage, type ActKind, type Stage } from "./acts/kinds.ts";
import { createShapes, type Shape, type Subject } from "./acts/shapes.ts";
import { wrongNow } from "./acts/state.ts";
import { startAgentProcess, type AgentProcess } from "./agent-process.ts";
import { bar, type BarContext } from "./frame.ts";
import { startProxy, type Proxy } from "./hung-docker/proxy.ts";

/** No act of Docker may take longer here, where a server grants it a minute. */
const SECONDS = 2;
/** Run and undo each meet the silence once; the rest is refused at once. */
const END_SECONDS = 6 * SECONDS;
const CALL_MS = 1000;
const REPAIR_SECONDS = 30;
const SHORT = ["deploy", "stop"];

type Given = { context: BarContext; agent: AgentProcess; proxy: Proxy; stage: Stage; shape: Shape };
type Told = { ended: number; slowest: number; repaired: number; problems: string[] };

export default bar({
  name: "hung-docker",
  minutes: 25,
  run: async (context) => {
    const { short, say, cleanup, signal } = context;
    const { kinds, unknown } = actKinds();
    const world = await beginRun();
    cleanup(() => endRun(world.folder));
    const git = await startGitServer(world, "127.0.0.1");
    const folder = await mkdtemp(join(tmpdir(), "aeroplane-hung-"));
    cleanup(() => rm(folder, { recursive: true, force: true }));
    const proxy = await startProxy("/var/run/docker.sock", join(folder, "docker.sock"));
    cleanup(proxy.close);
    const agent = await startAgentProcess(context, { dockerSocket: proxy.socket, env: { AEROPLANE_DOCKER_SECONDS: String(SECONDS) } });
    cleanup(proxy.release);
    const stage = createStage(agent);
    const [image, , , web] = createShapes(git, world.name);

    const wrong = unknown.map((kind) => `nobody has said how the kind ${kind} begins`);
    const told: Told[] = [];
    const one = async (act: ActKind, shape: Shape, moment: string | null) => {
      signal.throwIfAborted();
      const result = await hang({ context, agent, proxy, stage, shape }, act, moment);
      told.push(result);
      const name = `${act.kind} of ${shape.shape}, silent ${moment === null ? "before it" : `at ${moment}`}`;
      if (!short) say(`${name}: ended after ${result.ended.toFixed(1)} s, calls ${Math.round(result.slowest)} ms at most, as it should be ${result.repaired.toFixed(1)} s after`);
      wrong.push(...result.problems.map((problem) => `${name}: ${problem}`));
      for (const problem of result.problems) say(`  wrong: ${name}: ${problem}`);
    };

    for (const act of kinds.filter(({ kind }) => !short || SHORT.includes(kind))) {
      const moments = short ? [act.kind === "deploy" ? "POST /containers/create" : "POST /containers/ID/stop"] : [null, ...(await momentsOf({ context, agent, proxy, stage, shape: image! }, act))];
      for (const moment of moments) await one(act, image!, moment);
    }
    // A builder talks to Docker by itself.
    if (!short) await one(kinds.find(({ kind }) => kind === "deploy")!, web!, "POST /session");

    const worst = (of: (one: Told) => number) => Math.max(...told.map(of));
    return {
      ok: wrong.length === 0,
      figure:
        `hung-docker: ${kinds.length} kinds of jobs, ${told.length} silences; each job ended with a code` +
        (short ? "" : ` within ${worst(({ ended }) => ended).toFixed(1)} s (allowed ${END_SECONDS} s), calls of the window ${Math.round(worst(({ slowest }) => slowest))} ms at most (allowed ${CALL_MS}), all as it should be ${worst(({ repaired }) => repaired).toFixed(1)} s after Docker came back`) +
        `, ${wrong.length} wrong`,
    };
  },
});

/** What this kind asks of Docker when nothing hangs: it falls silent at each of these once. */
async function momentsOf({ agent, proxy, stage, shape }: Given, act: ActKind): Promise<string[]> {
  const subject = await stage.ready(shape, act);
  proxy.forget();
  await agent.ended(await act.begin(agent.client, subject));
  return [...new Set(proxy.seen())].filter((name) => !name.endsWith("/wait"));
}

async function hang({ context, agent, proxy, stage, shape }: Given, act: ActKind, moment: string | null): Promise<Told> {
  const { short, signal } = context;
  const problems: string[] = [];
  const subject = await stage.ready(shape, act);
  proxy.hangAt(moment);
  const jobId = await act.begin(agent.client, subject);
  await until(`a silence at ${moment}`, () => proxy.hangs(), { within: 30_000, every: 10, signal });
  const begun = performance.now();
  let slowest = 0;
  let job: Job = await agent.client.jobs.get({ id: jobId });
  while (job.endedAt === null && performance.now() - begun < 60_000) {
    slowest = Math.max(slowest, await useWindow(agent, subject));
    job = await agent.client.jobs.get({ id: jobId });
  }
  const ended = (performance.now() - begun) / 1000;
  if (job.endedAt === null) problems.push("it does not end");
  else problems.push(...wrongEnd(job));
  if (!short && ended > END_SECONDS) problems.push(`it ended after ${ended.toFixed(1)} s`);
  problems.push(...(await statusSays(agent, short)));
  if (!short && slowest > CALL_MS) problems.push(`a call took ${Math.round(slowest)} ms`);

  proxy.release();
  const back = performance.now();
  let last: string[] = [];
  await until("all as it should be", async () => (last = await wrongNow(agent, subject, jobId)).length === 0, { within: REPAIR_SECONDS * 1000, every: 100, signal }).catch(() => problems.push(...last));
  const repaired = (performance.now() - back) / 1000;
  // It is asked for a sign of life once a second; until it has given one, the next job would be refused.
  await until("Docker to be heard", async () => (await agent.client.instance.status({})).tools.every(({ name, problem }) => name !== "docker" || problem === null), { within: 10_000, every: 50, signal });
  return { ended, slowest, repaired, problems };
}

/** Before its commit it has failed for that reason; after it, it says what is left to do. */
function wrongEnd({ state, problem, warnings }: Job): string[] {
  if (state === "failed" && problem?.code === "DOCKER_SILENT") return [];
  if (state === "succeeded" && warnings.some(({ code }) => code === "FINISH_UNFINISHED")) return [];
  return [`it ${state}: ${problem?.code ?? "no problem"} ${problem?.message ?? ""} ${warnings.map(({ code }) => code).join(", ")}`];
}

/** Everything that a window shows of a server. Answers the slowest in milliseconds. */
async function useWindow({ client }: AgentProcess, { service: { id, projectId } }: Subject): Promise<number> {
  const calls: (() => Promise<unknown>)[] = [
    () => client.instance.hello({}),
    () => client.instance.status({}),
    () => client.projects.list({}),
    () => client.services.list({}),
    () => client.services.list({ projectId }),
    () => client.services.get({ id }),
    () => client.services.deletion({ id }),
    () => client.variables.list({ serviceId: id }),
    () => client.deployments.list({ serviceId: id }),
    () => client.jobs.list({}),
    () => client.audit.list({}),
    () => client.people.list({}),
  ];
  let slowest = 0;
  for (const call of calls) {
    const begun = performance.now();
    // A service that is deleted meanwhile is not there any more, and says so.
    await call().catch((error: Error & { code?: string }) => {
      if (error.code !== "NOT_FOUND") throw error;
    });
    slowest = Math.max(slowest, performance.now() - begun);
  }
  return slowest;
}

async function statusSays({ client }: AgentProcess, short: boolean): Promise<string[]> {
  const begun = performance.now();
  const { tools } = await client.instance.status({});
  const took = performance.now() - begun;
  const engine = tools.find(({ name }) => name === "docker");
  if (engine?.problem?.code !== "DOCKER_SILENT") return [`the status says of Docker: ${engine?.problem?.code ?? "all is well"}`];
  if (engine.silentSince === undefined) return ["the status does not say since when Docker is silent"];
  return !short && took > CALL_MS ? [`the status took ${Math.round(took)} ms`] : [];
}
