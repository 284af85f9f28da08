// Many deploys of many services at once: in order for each, what is stale superseded, one build at a time, and the agent stays small.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Job } from "../../agent/contract/index.ts";
import { buildAgent } from "../../scripts/build-agent.mjs";
import { run } from "../world/command.ts";
import { startGitServer } from "../world/git/server.ts";
import { beginRun, endRun } from "../world/run.ts";
import { until } from "../world/wait.ts";
import { startAgentProcess, type AgentProcess } from "./agent-process.ts";
import { bar, type BarContext } from "./frame.ts";
import { makeServices, type Made } from "./queue/services.ts";
import { laneFaults, orderFaults, type Ended } from "./queue/verdict.ts";
import { mb, memoryOf } from "./small-agent/process.ts";

const WHOLE = { counts: { pulled: 6, built: 4, site: 10 }, each: 10, withinSeconds: 900 };
// What Docker builds takes its time: the short form does without.
const SHORT = { counts: { pulled: 2, built: 0, site: 3 }, each: 8, withinSeconds: 500 };
const MAX_MB = 100;

export default bar({
  name: "queue",
  minutes: 20,
  async run(context) {
    const { short, say } = context;
    const { counts, each, withinSeconds } = short ? SHORT : WHOLE;
    const world = await beginRun();
    context.cleanup(() => endRun(world.folder));
    const git = await startGitServer(world, "127.0.0.1");
    // As servers get it, where its memory counts.
    const agent = await startAgentProcess(context, { prefix: "queue", ...(short ? {} : { bundle: await bundleOf(context) }) });
    const services = await makeServices(agent.client, git, counts);
    const begun = performance.now();
    const asked = await Promise.all(services.map((service) => askFor(agent, service, each)));
    say(`${each * services.length} deploys over ${services.length} services asked for in ${Math.round(performance.now() - begun)} ms`);
    const all = await ended(agent, asked, withinSeconds, context.signal);
    say(`ended after ${((performance.now() - begun) / 1000).toFixed(1)} s`);

    const wrong = [...all.flatMap(orderFaults), ...laneFaults(all), ...(await liveFaults(agent, all))];
    const { rss, peak } = await memoryOf((argv) => run(argv), agent.pid());
    if (!short && peak > MAX_MB) wrong.push(`the agent had ${mb(peak)}`);
    for (const fault of wrong) say(`  wrong: ${fault}`);
    const jobs = all.flatMap((one) => one.jobs);
    const of = (state: string) => jobs.filter((job) => job.state === state).length;
    return {
      ok: wrong.length === 0,
      figure: `queue: ${jobs.length} deploys over ${services.length} services, ${of("succeeded")} went live, ${of("cancelled")} were superseded, ${jobs.length - of("succeeded") - of("cancelled")} otherwise; ${counts.built + counts.site} services in the lane of builds, ${counts.pulled} beside it; the agent has ${mb(rss)}, had at most ${mb(peak)}${short ? " from source" : ` (allowed ${MAX_MB})`}; ${wrong.length} wrong`,
    };
  },
});

async function bundleOf({ cleanup }: BarContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "aeroplane-queue-"));
  cleanup(() => rm(folder, { recursive: true, force: true }));
  const outfile = join(folder, "agent.mjs");
  await buildAgent({ outfile });
  return outfile;
}

type Asked = { service: Made; ids: string[] };

/** One after the other, so that their order is known; all services at the same time. */
async function askFor({ client }: AgentProcess, service: Made, count: number): Promise<Asked> {
  const ids: string[] = [];
  for (let number = 0; number < count; number += 1) ids.push((await client.deployments.start({ serviceId: service.id })).id);
  return { service, ids };
}

/** Each as it ended, in the order in which it was asked for. */
async function ended({ client }: AgentProcess, asked: readonly Asked[], within: number, signal: AbortSignal): Promise<Ended[]> {
  const all: Ended[] = [];
  for (const { service, ids } of asked) {
    const jobs: Job[] = [];
    for (const id of ids) {
      const done = () => client.jobs.get({ id }).then((job) => job.endedAt !== null && job);
      jobs.push(await until(`the end of a deploy of ${service.name}`, done, { within: within * 1000, every: 100, signal }));
    }
    all.push({ service, jobs });
  }
  return all;
}

/** What was asked for last is what serves. */
async function liveFaults({ client }: AgentProcess, all: readonly Ended[]): Promise<string[]> {
  const faults: string[] = [];
  for (const { service, jobs } of all) {
    const [{ liveRelease, state }, { releaseId }] = [await client.services.get({ id: service.id }), await client.deployments.get({ id: jobs.at(-1)!.id })];
    if (liveRelease === null || liveRelease.id !== releaseId || state !== "live") faults.push(`${service.name} is ${state} with another release than that of its last deploy`);
  }
  return faults;
}
