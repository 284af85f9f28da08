// The long form: a real server, its packets dropped for up to a minute again and again, rebooted, its agent killed.
import { rm } from "node:fs/promises";
import { setTimeout as pause } from "node:timers/promises";
import { raiseWorld } from "../../world/raise.ts";
import type { Server } from "../../world/server.ts";
import { until } from "../../world/wait.ts";
import type { BarContext, BarResult } from "../frame.ts";
import { openDesk, type Desk } from "../tunnel/desk.ts";
import { closeConnections, cut, killAgent, mend, sshdComplaints, sshdSaid } from "./network.ts";
import { doneTwice, linesWritten } from "./judge.ts";
import { writerConfig } from "./short.ts";
import { act, watchCalls, watchDesktop, watchLog, type Agent } from "./watch.ts";

const ACT_EVERY = 2500;
const LIMITS = { median: 2000, p95: 5000 };

type Kind = "cut" | "close" | "sshd" | "agent" | "reboot";
type Blow = { kind: Kind; seconds: number; took: number; states: string };

export async function longForm({ say, signal, cleanup }: BarContext, minutes: number): Promise<BarResult> {
  const world = await raiseWorld({ say, signal });
  cleanup(world.stop);
  const server = await world.server("ready");
  await server.exec(["sh", "-c", "echo LogLevel VERBOSE > /etc/ssh/sshd_config.d/storm.conf && systemctl restart ssh"]);
  const desk = await openDesk();
  cleanup(() => (desk.desktop.close(), rm(desk.home, { recursive: true, force: true })));
  const { id } = await desk.desktop.servers.add({ user: "root", address: server.address, port: 22, auth: { type: "key", path: server.privateKeyPath } });
  const first = await desk.settled(id, signal);
  if (first.state !== "ready") throw new Error(`The server is not ready: ${JSON.stringify(first)}`);
  const agent = desk.agentOf(id);
  const { writer, site } = await deployApps(agent, desk, world.git, signal);
  const before = await agent.projects.list({});

  const over = new AbortController();
  const acting = new AbortController();
  const watching = AbortSignal.any([signal, over.signal]);
  cleanup(() => (over.abort(), acting.abort()));
  const stage = { desktop: desk.desktop, agent, id, signal: watching };
  const desktop = watchDesktop(stage);
  const log = watchLog(stage, writer);
  const calls = watchCalls(stage);
  const acts = act({ ...stage, signal: AbortSignal.any([watching, acting.signal]) }, site, ACT_EVERY);
  const complaintsBefore = await sshdComplaints(server);

  const began = performance.now();
  const blows: Blow[] = [];
  const share = () => (performance.now() - began) / (minutes * 60_000);
  for (const kind of plan(share)) {
    await pause(1000 + Math.random() * 9000, undefined, { signal });
    // A third are blinks, the rest lie anywhere up to a minute.
    const seconds = kind === "cut" ? (Math.random() < 0.33 ? Math.random() * 5 : Math.random() * 60) : 0;
    const from = desktop.states.length - 1;
    const returned = await strike(server, kind, seconds);
    const ready = await until(`ready after ${kind}`, async () => desktop.state() === "ready" && calls.firstAfter(returned - 50), { within: 180_000, every: 20, signal });
    const blow = { kind, seconds, took: Math.max(0, ready - returned), states: desktop.states.slice(from).map(({ connection }) => connection.state).join(" ") };
    blows.push(blow);
    const shown = desktop.states.find(({ at, connection }) => at >= returned && connection.state === "ready")?.at;
    if (blow.took > LIMITS.median && shown) say(`      the state was ready after ${((shown - returned) / 1000).toFixed(2)} s`);
    if (blow.took > LIMITS.median) for (const line of await sshdSaid(server, returned)) say(`      ${line}`);
    say(`${String(blows.length).padStart(3)} ${kind.padEnd(6)} ${seconds.toFixed(1).padStart(5)} s: ready again after ${(blow.took / 1000).toFixed(2)} s (${blow.states})`);
  }

  acting.abort();
  await acts.settled();
  const wrong: string[] = [];
  // The writer ends, and what it wrote is compared line by line.
  await agent.services.stop({ id: writer });
  const kept = await until("the writer's end", async () => (await server.exec(["sh", "-c", `docker ps --quiet --filter label=run.aeroplane.service=${writer}`])).trim() === "" && "ended", { within: 60_000, every: 500, signal });
  await pause(5000);
  const written = linesWritten(log.lines);
  wrong.push(...written.wrong);
  if (kept !== "ended" || log.gaps() > 0) wrong.push(`${log.gaps()} gaps in the log`);
  wrong.push(...(await doneTwice(agent, before.length, acts)));
  if (desktop.prompts.length > 0) wrong.push(`${desktop.prompts.length} prompts: ${desktop.prompts.join(", ")}`);
  const complaints = await sshdComplaints(server);
  const unfinished = complaints.unfinished.length - complaintsBefore.unfinished.length;
  const penalties = complaints.penalties.slice(complaintsBefore.penalties.length);
  const counted = complaints.counted.slice(complaintsBefore.counted.length);
  for (const line of counted) say(`counted by sshd: ${line}`);
  if (penalties.length > 0) wrong.push(`sshd: ${penalties.slice(0, 5).join("; ")}`);
  over.abort();

  for (const line of wrong) say(`wrong: ${line}`);
  say(`calls ${calls.count()} answered, failed ${JSON.stringify(Object.fromEntries(calls.failures))}; acts ${acts.projects.done.length} done, ${acts.projects.unknown.length} without an answer; restarts ${acts.restarts.done.length} done, ${acts.restarts.unknown} without an answer`);
  say(`log ${log.lines.length} lines of ${written.lives} lives over ${log.breaks()} breaks; sshd: ${complaints.logins - complaintsBefore.logins} logins, ${unfinished} lines about unfinished ones, ${counted.length} counted, ${penalties.length} penalties`);
  for (const kind of ["close", "sshd", "agent", "reboot"] as const) {
    const of = blows.filter((blow) => blow.kind === kind).map(({ took }) => (took / 1000).toFixed(2));
    if (of.length > 0) say(`${kind}: ready again after ${of.join(", ")} s`);
  }
  const cuts = blows.filter(({ kind }) => kind === "cut").map(({ took }) => took).sort((a, b) => a - b);
  const at = (part: number) => cuts[Math.min(cuts.length - 1, Math.floor(cuts.length * part))] ?? 0;
  const fast = at(0.5) <= LIMITS.median && at(0.95) <= LIMITS.p95;
  const seconds = (milliseconds: number) => (milliseconds / 1000).toFixed(2);
  return {
    ok: fast && wrong.length === 0,
    figure:
      `storm: ${((performance.now() - began) / 60_000).toFixed(0)} min, ${cuts.length} cuts of 0 to 60 s, ready again after median ${seconds(at(0.5))} s, p95 ${seconds(at(0.95))} s, at most ${seconds(cuts.at(-1) ?? 0)} s; ` +
      `${desktop.prompts.length} prompts, ${written.lost} of ${log.lines.length} lines lost, ${written.doubled} doubled, ${acts.projects.done.length + acts.restarts.done.length} acts, none twice; ${penalties.length} sshd penalties; ${wrong.length} wrong`,
  };
}

/** Cuts, with everything else once in its turn: the reboot in the middle. */
function* plan(share: () => number): Generator<Kind> {
  const special: [number, Kind][] = [[0.15, "agent"], [0.3, "close"], [0.45, "reboot"], [0.6, "sshd"], [0.75, "agent"], [0.85, "close"]];
  while (share() < 1) {
    if (special[0] && share() >= special[0][0]) yield special.shift()![1];
    else yield "cut";
  }
  for (const [, kind] of special) yield kind;
}

/** Answers the moment from which on the server could be reached again. */
async function strike(server: Server, kind: Kind, seconds: number): Promise<number> {
  if (kind === "cut") {
    await cut(server);
    await pause(seconds * 1000);
    const moment = performance.now();
    await mend(server);
    return (moment + performance.now()) / 2;
  }
  if (kind === "reboot") await server.reboot();
  const moment = performance.now();
  if (kind === "close") await closeConnections(server);
  if (kind === "sshd") await server.exec(["systemctl", "restart", "ssh"]);
  if (kind === "agent") await killAgent(server);
  return kind === "reboot" ? moment : performance.now();
}

async function deployApps(agent: Agent, desk: Desk, git: Awaited<ReturnType<typeof raiseWorld>>["git"], signal: AbortSignal): Promise<{ writer: string; site: string }> {
  const project = await agent.projects.create({ name: "Storm" });
  const site = await git.create("site", { "index.html": "calm\n" });
  const services = [
    await agent.services.create({ environmentId: project.environments[0]!.id, name: "writer", shape: "worker", config: writerConfig }),
    await agent.services.create({ environmentId: project.environments[0]!.id, name: "site", shape: "static", hostname: "site.storm.test", config: { source: { type: "git", url: site.http, branch: site.branch } } }),
  ];
  for (const { id: serviceId } of services) {
    const { id } = await agent.deployments.start({ serviceId });
    const ended = await until("a deployment", async () => {
      const found = await agent.deployments.get({ id });
      return found.endedAt !== null && found;
    }, { within: 120_000, every: 200, signal });
    if (ended.state !== "succeeded") throw new Error(`Not deployed: ${JSON.stringify(ended.problem)}`);
  }
  return { writer: services[0]!.id, site: services[1]!.id };
}
