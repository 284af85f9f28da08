// What a long history costs: starting, listing, beginning and ending jobs beside a store that is nearly empty.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buildAgent } from "../../scripts/build-agent.mjs";
import { run } from "../world/command.ts";
import { ownedFolder } from "../world/folder.ts";
import { startAgentProcess, type AgentProcess } from "./agent-process.ts";
import { bar, type BarContext } from "./frame.ts";
import { fillStore, type Size } from "./many-jobs/fill.ts";
import { memoryOf } from "./small-agent/process.ts";

const LARGE: Size = { jobs: 200_000, services: 2000, environments: 50 };
const SHORT: Size = { jobs: 2000, services: 100, environments: 5 };
const SMALL: Size = { jobs: 10, services: 10, environments: 1 };
const PAGE = 10;
const MAX_RATIO = 1.5;
const MAX_MB = 90;
/** Below this a difference is the machine's noise and not the store's. */
const NOISE_MS = 2;

type Seat = { name: string; agent: AgentProcess; services: string[] };

export default bar({
  name: "many-jobs",
  minutes: 20,
  run: async (context) => {
    const { short, say, signal } = context;
    const bundle = short ? undefined : await bundleOf(context);
    const large = await seatOf(context, "large", short ? SHORT : LARGE, bundle);
    const small = await seatOf(context, "small", SMALL, bundle);
    const wrong: string[] = [];
    const rounds = short ? 3 : 200;
    const took = new Map<string, Record<string, number[]>>();
    async function measure(what: string, act: (seat: Seat, round: number) => Promise<number | void>, times = rounds) {
      const of: Record<string, number[]> = { large: [], small: [] };
      took.set(what, of);
      for (let round = 0; round < times; round += 1) {
        // One after the other, so that what else the machine does falls on both.
        for (const seat of round % 2 === 0 ? [large, small] : [small, large]) {
          signal.throwIfAborted();
          const begun = performance.now();
          const told = await act(seat, round);
          of[seat.name]!.push(told ?? performance.now() - begun);
        }
      }
    }

    await measure("agent start", ({ agent }) => agent.kill().then(() => agent.start()), short ? 1 : 9);
    await measure("jobs.list", async ({ agent }) => void (await agent.client.jobs.list({ limit: PAGE })));
    await measure("jobs.list, older", async ({ agent, services }, round) => {
      const deployments = await agent.client.deployments.list({ serviceId: services[round % services.length]! });
      const begun = performance.now();
      await agent.client.jobs.list({ before: deployments[0]!.id, limit: PAGE });
      return performance.now() - begun;
    });
    await measure("services.list, a page", async ({ agent, services }, round) => {
      const after = services[(round * PAGE) % services.length]!;
      const page = await agent.client.services.list({ limit: PAGE, ...(services.length > PAGE ? { after } : {}) });
      if (services.length > PAGE && page.some(({ id }) => id <= after)) wrong.push("a page has what stands before it");
    });
    const ends = { large: [] as number[], small: [] as number[] };
    await measure("enqueue", async ({ name, agent, services }, round) => {
      const begun = performance.now();
      const { job } = await agent.client.services.stop({ id: services[round % services.length]! });
      const enqueued = performance.now() - begun;
      const ended = await agent.ended(job.id);
      ends[name as "large" | "small"].push(ended.endedAt! - ended.createdAt);
      if (ended.state !== "succeeded") wrong.push(`a job of the ${name} store is ${ended.state}: ${ended.problem?.message}`);
      return enqueued;
    }, short ? 3 : 60);
    took.set("end", ends);

    const { rss } = await memoryOf((argv) => run(argv), large.agent.pid());
    const figures = [...took].map(([what, of]) => {
      const [a, b] = [median(of.large!), median(of.small!)];
      const ratio = a / b;
      if (!short && ratio > MAX_RATIO && a - b > NOISE_MS) wrong.push(`${what} takes ${ratio.toFixed(2)} times as long`);
      return `${what} ${a.toFixed(1)} ms against ${b.toFixed(1)} (${ratio.toFixed(2)})`;
    });
    if (!short && rss > MAX_MB) wrong.push(`${rss.toFixed(1)} MB`);
    for (const fault of wrong) say(`  wrong: ${fault}`);
    return { ok: wrong.length === 0, figure: short ? `many-jobs: every call answered beside ${SHORT.jobs} ended jobs; ${wrong.length} wrong` : `many-jobs: ${figures.join("; ")}; RSS ${rss.toFixed(1)} MB` };
  },
});

async function bundleOf({ cleanup }: BarContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "aeroplane-many-jobs-"));
  cleanup(() => rm(folder, { recursive: true, force: true }));
  const outfile = join(folder, "agent.mjs");
  await buildAgent({ outfile });
  return outfile;
}

async function seatOf(context: BarContext, name: string, size: Size, bundle: string | undefined): Promise<Seat> {
  const dataDir = await ownedFolder("many-jobs");
  const services = fillStore(join(dataDir, "store.db"), size);
  context.say(`${name}: ${size.jobs} jobs, ${size.services} services`);
  return { name, services, agent: await startAgentProcess(context, { dataDir, ...(bundle === undefined ? {} : { bundle }) }) };
}

const median = (numbers: number[]) => numbers.toSorted((a, b) => a - b)[numbers.length >> 1]!;
