// Releases that are bad in many ways are deployed, restarted and started under visitors of the live release: no visitor
// notices, and each failure names the app. What is good in an odd way goes live.
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import type { Problem } from "../../agent/contract/index.ts";
import { serviceConfig } from "../../agent/contract/config.ts";
import type { PhaseResult } from "../load/load.ts";
import { beginRun, endRun } from "../world/run.ts";
import { until } from "../world/wait.ts";
import { startAgentProcess, type AgentProcess } from "./agent-process.ts";
import { CASES, type Case, type LaneKind } from "./bad-releases/cases.ts";
import { containersOf, limitNext, raiseLanes, visitorsWrong, type Lane } from "./bad-releases/lanes.ts";
import { createControl, type Control } from "./effects/control.ts";
import { bar, type BarContext } from "./frame.ts";

/** Over all services. */
const RATE = 200;
/** Milliseconds within which every question to an app is over, many times over. */
const TICKET_STANDS = 60_000;
/** Between the first look at an app and the commit. */
const KILLS = ["caddy.route.open.after", "caddy.route.rm.after", "caddy.route.rename.before", "caddy.route.rename.after"];

export default bar({
  name: "bad-releases",
  minutes: 15,
  run: async (context) => {
    const { short, say, cleanup } = context;
    const world = await beginRun();
    cleanup(() => endRun(world.folder));
    const control = createControl(world.folder, "bad");
    const agent = await startAgentProcess(context, { prefix: "bad", ...control.options });
    const kinds: LaneKind[] = short ? ["plain", "plain", "plain", "health", "odd"] : ["plain", "plain", "plain", "health", "health", "patient", "odd"];
    const lanes = await raiseLanes(context, agent, { kinds, rate: RATE, run: world.name });
    const visited = lanes.filter(({ load }) => load !== null);
    const phase = (name: string) => Promise.all(visited.map(({ load }) => load!.phase(name)));

    await phase("deployed");
    const wrong: string[] = [];
    const done: Case[] = [];
    const cases = CASES.filter((one) => (one.short || !short) && canHave(one));
    await acrossLanes(lanes, cases, async (lane, one) => {
      wrong.push(...(await deployed(context, agent, lane, one)));
      done.push(one);
    });
    let restarts = 0;
    let starts = 0;
    if (!short) {
      await phase("restarted");
      await acrossLanes(lanes, cases.filter(({ code, replicas, lane }) => code !== null && replicas === undefined && lane !== "odd"), async (lane, one) => {
        wrong.push(...(await restarted(context, agent, lane, one)));
        restarts += 1;
      });
      await phase("started beside them");
      const odd = lanes.find(({ kind }) => kind === "odd")!;
      for (const one of CASES.filter(({ mode }) => ["tls", "silent", "headers-2m", "exits-after-1", "loopback"].includes(mode))) {
        wrong.push(...(await startedFromStop(agent, odd, one)));
        starts += 1;
      }
    }
    await phase("cancelled");
    wrong.push(...(await cancelled(agent, visited[0]!)));
    // In short `crash` looks at that, without visitors.
    const points = short ? [] : KILLS;
    if (points.length > 0) await phase("killed");
    for (const point of points) wrong.push(...(await killedAt(agent, control, visited[0]!, point)).map((what) => `${point}: ${what}`));

    const results = await Promise.all(visited.map(({ load }) => load!.finish()));
    visited.forEach((lane, at) => wrong.push(...visitorsWrong(lane, results[at]!)));
    for (const { service } of lanes) {
      const left = await containersOf(service);
      if (left.length !== 1) wrong.push(`${service.name}: ${left.length} containers are left`);
    }
    wrong.push(...(await ticketsLeft(agent, context.signal)));

    for (const line of phaseLines(results)) say(line);
    for (const what of wrong) say(`  wrong: ${what}`);
    const all = results.flat();
    const [sent, failed] = [sum(all, "sent"), sum(all, "failed")];
    const seconds = Math.max(...results.map((of) => sum(of, "seconds")));
    const bad = done.filter(({ code }) => code !== null);
    const codes = new Set(bad.map(({ code }) => code));
    return {
      ok: wrong.length === 0 && failed === 0 && sent > 0 && bad.length >= (short ? 4 : 25),
      figure:
        `bad-releases: ${failed} failed of ${sent} at ${(sent / seconds).toFixed(1)} requests/s; ${bad.length} bad releases deployed with ${codes.size} codes, ` +
        `${restarts} restarted, ${starts} started, ${done.length - bad.length} odd but good went live, 1 cancelled, ${points.length} killed; ${wrong.length} wrong`,
    };
  },
});

/** What serves is asked again and again, each time with a ticket of its own; those that stand now must all go. */
async function ticketsLeft({ dataDir }: AgentProcess, signal: AbortSignal): Promise<string[]> {
  const stand = () => readdir(join(dataDir, "routes", "try"));
  let left = await stand();
  const gone = async () => {
    const now = new Set(await stand());
    left = left.filter((ticket) => now.has(ticket));
    return left.length === 0;
  };
  await until("no ticket of before", gone, { within: TICKET_STANDS, every: 250, signal }).catch(() => signal.throwIfAborted());
  return left.length === 0 ? [] : [`tickets are left: ${left.join(", ")}`];
}

/** Instances are known to the config, or not yet. */
const canHave = ({ replicas }: Case) => replicas === undefined || "replicas" in serviceConfig.shape;

/** Each case on the next lane of its kind that is free. */
async function acrossLanes(lanes: Lane[], cases: Case[], act: (lane: Lane, one: Case) => Promise<void>): Promise<void> {
  const waiting = [...cases];
  await Promise.all(
    lanes.map(async (lane) => {
      for (;;) {
        const at = waiting.findIndex((one) => one.lane === lane.kind);
        if (at < 0) return;
        await act(lane, waiting.splice(at, 1)[0]!);
      }
    }),
  );
}

async function deployed(context: BarContext, agent: AgentProcess, lane: Lane, one: Case): Promise<string[]> {
  context.signal.throwIfAborted();
  const { client } = agent;
  const { id } = lane.service;
  await lane.behave(one.mode);
  const own = serviceConfig.parse(lane.service.config);
  const config = one.replicas === undefined ? null : { ...own, replicas: one.replicas };
  if (config !== null) await client.services.update({ id, config });
  const begun = performance.now();
  const { id: deployment } = await limited(context, lane, one, () => client.deployments.start({ serviceId: id }));
  // Good ones are seen by visitors before the call returns.
  const ended = await agent.deployed(deployment);
  if (ended.problem === null && one.code === null) lane.live.add(ended.releaseId!);
  if (config !== null) await client.services.update({ id, config: own });
  return judge(context, one, "deployed", ended.problem, begun);
}

async function restarted(context: BarContext, agent: AgentProcess, lane: Lane, one: Case): Promise<string[]> {
  context.signal.throwIfAborted();
  await lane.behave(one.mode);
  const begun = performance.now();
  const { job } = await limited(context, lane, one, () => agent.client.services.restart({ id: lane.service.id }));
  return judge(context, one, "restarted", (await agent.ended(job.id)).problem, begun);
}

async function limited<T>(context: BarContext, lane: Lane, one: Case, act: () => Promise<T>): Promise<T> {
  if (!one.limited) return await act();
  const known = await containersOf(lane.service);
  const begun = await act();
  await limitNext(lane.service, known, AbortSignal.any([context.signal, AbortSignal.timeout(10_000)]));
  return begun;
}

/** A stopped service that starts badly stays stopped, and starts when it is mended. */
async function startedFromStop(agent: AgentProcess, lane: Lane, one: Case): Promise<string[]> {
  const { client } = agent;
  const { id, hostname } = lane.service;
  const stopped = await agent.ended((await client.services.stop({ id })).job.id);
  await lane.behave(one.mode);
  const started = await agent.ended((await client.services.start({ id })).job.id);
  const during = await agent.fetch(hostname!);
  await lane.behave("ok");
  const mended = await agent.ended((await client.services.start({ id })).job.id);
  const after = await agent.fetch(hostname!);
  return [
    ...(stopped.problem === null ? [] : [`stopping: ${stopped.problem.message}`]),
    ...(started.problem?.code === one.code ? [] : [`started as ${one.mode}: ${started.problem?.code} instead of ${one.code}`]),
    ...(during.status === 503 && during.body.includes("stopped") ? [] : [`started as ${one.mode}, a visitor gets ${during.status}`]),
    ...(mended.problem === null && after.status === 200 ? [] : [`mended after ${one.mode}: ${mended.problem?.message} ${after.status}`]),
  ];
}

/** A deployment that is cancelled while its release is tried. */
async function cancelled(agent: AgentProcess, lane: Lane): Promise<string[]> {
  const { client } = agent;
  await lane.behave("silent");
  // Long enough that it cannot fail before it is cancelled.
  const own = serviceConfig.parse(lane.service.config);
  await client.services.update({ id: lane.service.id, config: { ...own, healthSeconds: 120 } });
  const { id } = await client.deployments.start({ serviceId: lane.service.id });
  await until("the check", async () => (await client.deployments.get({ id })).steps.some(({ name, state }) => name === "check" && state === "running"), { within: 60_000, every: 20 });
  await new Promise((resolve) => setTimeout(resolve, 300));
  await client.deployments.cancel({ id });
  const { state } = await agent.deployed(id);
  await client.services.update({ id: lane.service.id, config: own });
  return state === "cancelled" ? [] : [`cancelled, it ended as ${state}`];
}

/** The agent dies while it deploys a good release; the next one undoes that. */
async function killedAt(agent: AgentProcess, control: Control, lane: Lane, point: string): Promise<string[]> {
  await lane.behave("ok");
  control.killAt({ point, nth: 1 });
  const { id } = await agent.client.deployments.start({ serviceId: lane.service.id });
  await agent.exited();
  control.nothing();
  await agent.start();
  const ended = await agent.deployed(id);
  // Between the rename and the death it served, and well.
  if (ended.releaseId !== null && point === KILLS.at(-1)) lane.live.add(ended.releaseId);
  return ended.problem?.code === "INTERRUPTED" ? [] : [`ended as ${ended.state} ${ended.problem?.code}`];
}

function judge({ say, short }: BarContext, one: Case, how: string, problem: Problem | null, begun: number): string[] {
  const what = `${one.mode} ${how}`;
  const seconds = ((performance.now() - begun) / 1000).toFixed(1);
  if (!short) say(`${what}: ${problem === null ? "live" : `${problem.code} – ${problem.message}`} (${seconds} s)`);
  if (one.code === null) return problem === null ? [] : [`${what}: ${problem.code} although it is good: ${problem.message} ${problem.detail ?? ""}`];
  if (problem === null) return [`${what}: went live`];
  return [
    ...(problem.code === one.code ? [] : [`${what}: ${problem.code} instead of ${one.code}: ${problem.message} ${problem.detail ?? ""}`]),
    ...(problem.message.includes(one.says ?? "") ? [] : [`${what}: the sentence does not say ${one.says}: ${problem.message}`]),
    ...(/\{\w+\}/.test(problem.message + problem.next) ? [`${what}: a word was not filled in`] : []),
    ...(/caddy/i.test(problem.message) ? [`${what}: Caddy is named: ${problem.message}`] : []),
  ];
}

/** Phases over all lanes. */
function phaseLines(results: PhaseResult[][]): string[] {
  const names = [...new Set(results.flat().map(({ phase }) => phase))];
  return names.map((name) => {
    const of = results.flat().filter(({ phase }) => phase === name);
    return `${name}: ${sum(of, "failed")} failed of ${sum(of, "sent")}, slowest ${Math.max(...of.map(({ slowestMs }) => slowestMs))} ms`;
  });
}

const sum = (results: PhaseResult[], key: "sent" | "failed" | "seconds") => results.reduce((total, result) => total + result[key], 0);
