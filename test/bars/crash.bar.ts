// The agent is killed all along a deployment, for each kind of service, and its log must stay whole; then the whole server, at random.
import { existsSync } from "node:fs";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import type { LogLine } from "../../agent/contract/index.ts";
import { readBuildOutput } from "../../agent/src/build/index.ts";
import { docker } from "../world/docker.ts";
import { startGitServer } from "../world/git/server.ts";
import { beginRun, endRun } from "../world/run.ts";
import { until } from "../world/wait.ts";
import { startAgentProcess, type AgentProcess } from "./agent-process.ts";
import { createKinds, GRACE_SECONDS, type CrashKind } from "./crash-kinds.ts";
import { killServer } from "./crash-server.ts";
import { inconsistencies, lostLines, ofJobs, type Look } from "./crash-state.ts";
import { createControl, type Control } from "./effects/control.ts";
import { bar } from "./frame.ts";

export const LIMIT_SECONDS = 10 + GRACE_SECONDS;
/** Of every phase of a deployment; every effect of every kind of job is the bar crash-all's. */
const POINTS = [
  ...["child.git.during", "docker.image.pull.during", "docker.image.tag.after"],
  ...["kept.spawn.after", "build.during", "build.site.settle.before"],
  ...["docker.container.create.before", "docker.container.create.after", "docker.container.start.after"],
  ...["caddy.route.open.after", "caddy.route.rename.before", "caddy.route.rename.after"],
  ...["docker.container.update.before", "network.table.load.after", "docker.container.stop.after", "log.archive.write.after", "docker.container.remove.after"],
];
const SHORT_POINTS = ["build.during", "caddy.route.rename.after", "docker.container.stop.after"];

/** `last`: what was still open shortly before all was well. */
type Crash = { reached: boolean; seconds: number; last: string; problems: string[] };

export default bar({
  name: "crash",
  minutes: 60,
  run: async (context) => {
    const { short, say, cleanup, signal } = context;
    const world = await beginRun();
    cleanup(() => endRun(world.folder));
    const git = await startGitServer(world, "127.0.0.1");
    const control = createControl(world.folder, "crash");
    const agent = await startAgentProcess(context, control.options);
    const kinds = (await createKinds(agent.client, git, world.name)).slice(0, short ? 1 : 4);
    const contents = new Map<string, string>();
    for (const one of kinds) await firstRelease(agent, one, contents);

    const reachedPoints = new Set<string>();
    let crashes = 0;
    let slowest = 0;
    let wrong = 0;
    for (const one of kinds) {
      let own = 0;
      for (const point of short ? SHORT_POINTS : POINTS) {
        signal.throwIfAborted();
        const crash = await crashAt(agent, control, one, { point, short }, contents);
        if (!crash.reached) continue;
        own += 1;
        crashes += 1;
        reachedPoints.add(point);
        slowest = Math.max(slowest, crash.seconds);
        if (!short && crash.seconds > LIMIT_SECONDS) crash.problems.push(`${crash.seconds.toFixed(1)} s`);
        wrong += crash.problems.length;
        if (!short) say(`${one.kind} ${point}: ${crash.seconds.toFixed(1)} s; last: ${crash.last}`);
        for (const problem of crash.problems) say(`  wrong: ${problem}`);
      }
      say(`${one.kind}: killed at ${own} points`);
    }
    const missed = short ? [] : POINTS.filter((point) => !reachedPoints.has(point));
    for (const point of missed) say(`  wrong: the point ${point} was never reached`);
    const servers = short ? null : await killServer(context);
    return {
      ok: wrong === 0 && missed.length === 0 && (servers?.wrong ?? 0) === 0,
      figure:
        `crash: ${reachedPoints.size} of ${POINTS.length} fault points, ${kinds.length} kinds, ${crashes} kills, ${wrong} wrong, slowest ${slowest.toFixed(1)} s (allowed ${LIMIT_SECONDS} s)` +
        (servers === null ? "" : `; server killed ${servers.kills} times, ${servers.wrong} wrong, slowest ${servers.slowest.toFixed(1)} s`),
    };
  },
});

async function firstRelease(agent: AgentProcess, one: CrashKind, contents: Map<string, string>): Promise<void> {
  await one.change(`${one.kind}-0`);
  const ended = await agent.deployed((await agent.client.deployments.start({ serviceId: one.service.id })).id);
  if (ended.problem) throw new Error(`${one.kind}: ${ended.problem.message} ${ended.problem.detail ?? ""}`);
  contents.set(one.kind, `${one.kind}-0`);
}

async function crashAt(agent: AgentProcess, control: Control, one: CrashKind, { point, short }: { point: string; short: boolean }, contents: Map<string, string>): Promise<Crash> {
  const before = contents.get(one.kind)!;
  const after = `${one.kind}-${point.replaceAll(".", "-")}`;
  await one.change(after);
  control.killAt({ point, nth: 1 });
  const { id } = await agent.client.deployments.start({ serviceId: one.service.id });
  const seen: LogLine[] = [];
  const watching = watch(agent, id, seen);
  const died = await Promise.race([agent.exited().then(() => true), agent.deployed(id).then(() => false, () => agent.exited().then(() => true))]);
  await watching;
  control.nothing();
  if (!died) {
    contents.set(one.kind, after);
    return { reached: false, seconds: 0, last: "", problems: [] };
  }

  const problems: string[] = [];
  // Nobody is sent to nowhere while the agent is away.
  if (one.hostname !== null) {
    const answer = await agent.fetch(one.hostname, one.path);
    if (![before, after].includes(answer.body.trim())) problems.push(`without the agent it answers ${answer.status} ${answer.body.slice(0, 60)}`);
  }
  const built = await builtLines(agent, await jobOf(agent, id));
  const begun = performance.now();
  await agent.start();
  let wrong: string[] = [];
  let last = "nothing";
  const look = lookAt(agent);
  const isConsistent = async () => {
    wrong = await inconsistencies(look, one, id, before, after);
    last = wrong[0] ?? last;
    return wrong.length === 0;
  };
  await until("a consistent state", isConsistent, { within: short ? 120_000 : 30_000, every: 50 }).catch(() => problems.push(...wrong));
  const seconds = (performance.now() - begun) / 1000;
  problems.push(...lostLines(await agent.logOf(id), seen, built));
  const { state } = await agent.client.deployments.get({ id });
  contents.set(one.kind, state === "succeeded" ? after : before);
  return { reached: true, seconds, last, problems };
}

/** Reads the deployment's log as a window would, until the agent dies. */
async function watch(agent: AgentProcess, id: string, seen: LogLine[]): Promise<void> {
  try {
    for await (const { lines, ended } of await agent.client.deployments.log({ id })) {
      seen.push(...lines);
      if (ended) return;
    }
  } catch {
    // The agent is dead: that is what was asked for.
  }
}

/** The deployment's job, from the name of its log: the agent is not there to be asked. */
async function jobOf(agent: AgentProcess, _deploymentId: string): Promise<string | null> {
  const names = await readdir(join(agent.dataDir, "logs/jobs"));
  return names.filter((name) => name.endsWith(".build.raw")).at(-1)?.replace(/\.build\.raw$/, "") ?? null;
}

/** What the builder had written when the agent died. */
async function builtLines(agent: AgentProcess, jobId: string | null): Promise<string[]> {
  if (jobId === null) return [];
  const file = join(agent.dataDir, "logs/jobs", `${jobId}.build.raw`);
  if (!existsSync(file)) return [];
  const lines: string[] = [];
  for await (const { text } of readBuildOutput(file)) lines.push(text);
  return lines;
}

function lookAt(agent: AgentProcess): Look {
  return {
    client: agent.client,
    docker: (...args) => docker(args),
    fetch: agent.fetch,
    async leftovers() {
      const found = await Promise.all(
        ["sources", "tmp/jobs"].map(async (folder) =>
          (await readdir(join(agent.dataDir, folder)).catch(() => [])).map((name) => `${folder}/${name}`),
        ),
      );
      return ofJobs(found.flat());
    },
  };
}
