// An app that may run once only is redeployed and restarted under load: requests wait and none fails, each POST comes once, and never do two of it run.
import { setTimeout as sleep } from "node:timers/promises";
import { join } from "node:path";
import type { Service } from "../../agent/contract/index.ts";
import { makeLoad, phaseLine, type Load, type PhaseResult } from "../load/load.ts";
import { firstEnvironment } from "../world/environment.ts";
import type { AgentProcess } from "./agent-process.ts";
import { raiseFlight, type Flight } from "./flight.ts";
import { bar, type BarContext } from "./frame.ts";
import { startCollector, type Collector } from "./stop-first/collector.ts";

/** Besides the drain: a request waits no longer while an app is replaced by one that becomes healthy. */
const BUDGET_SECONDS = 15;
/** What a release that never becomes healthy is given. Until the old one is back this is longer than requests wait (0026) where that starts slowly. */
const HEALTH_SECONDS = 20;
/** In the short form, in which every release becomes healthy, on a busy machine late. */
const PATIENT_HEALTH_SECONDS = 120;
/** Past the longest wait that there is. */
const TIMEOUT_SECONDS = 50;
/** From the signal to the kill: whatever is slow here, what is under way ends by itself. */
const STOP_SECONDS = 20;
/** The switch: where its volume is mounted, in which the app keeps its POSTs besides; null as long as a service cannot have one. */
const VOLUME: string | null = null;

type Form = { short: boolean; rate: number; drainSeconds: number; slowEvery: number; starts: number[]; acts: number; unhealthy: boolean; pauseMs: number };
const WHOLE: Form = { short: false, rate: 200, drainSeconds: 2, slowEvery: 20, starts: [500, 3000, 8000], acts: 10, unhealthy: true, pauseMs: 1000 };
/** It runs beside other tests: outcomes, never seconds. */
const SHORT: Form = { short: true, rate: 50, drainSeconds: 1, slowEvery: 1_000_000, starts: [500], acts: 1, unhealthy: false, pauseMs: 200 };

export default bar({
  name: "stop-first",
  minutes: 30,
  async run(context) {
    const { say, signal } = context;
    const form = context.short ? SHORT : WHOLE;
    const flight = await raiseFlight(context, "stop-first");
    const collector = await startCollector(context, flight.world.gateway);
    const service = await serviceOf(flight, collector, form);
    const load = await loadOn(context, flight, service.hostname!, form);
    for (const startMs of form.starts) await replace(context, { flight, service, load, form }, startMs);
    // What began before the last switch must be seen to its end.
    await sleep(form.pauseMs, undefined, { signal });
    const results = await load.finish();
    await collector.oneRuns();
    const lost = VOLUME === null ? 0 : await lostIn(flight.agent, service, collector);
    return judge({ results, collector, form, lost, say });
  },
});

async function serviceOf({ world, agent, projectId, hostname }: Flight, { address }: Collector, { short, drainSeconds }: Form): Promise<Service> {
  const repository = await world.git.create("once", {}, { from: join(import.meta.dirname, "stop-first/app") });
  const service = await agent.client.services.create({
    environmentId: await firstEnvironment(agent.client, projectId),
    name: "once",
    shape: "web",
    hostname: hostname("once"),
    config: {
      source: { type: "git", url: repository.http, branch: repository.branch, rootDirectory: "" },
      port: 3000,
      healthPath: "/health",
      healthSeconds: short ? PATIENT_HEALTH_SECONDS : HEALTH_SECONDS,
      drainSeconds,
      stopSeconds: STOP_SECONDS,
      replace: "stopFirst",
    },
    variables: { COLLECTOR: address, ...(VOLUME === null ? {} : { DATA: VOLUME }) },
  });
  if (VOLUME !== null) await mount(agent, service, VOLUME);
  return service;
}

/** Nothing of it runs yet: its first deploy mounts what is wanted. */
async function mount({ client }: AgentProcess, { id: serviceId, environmentId }: Service, path: string): Promise<void> {
  const rows = await client.staged.stage({ environmentId, serviceId, volumes: [{ path }] } as Parameters<typeof client.staged.stage>[0]);
  await client.staged.deploy({ environmentId, ids: rows.map(({ id }) => id) });
}

/** POSTs that its volume should have and has not, or has more than once. */
async function lostIn({ fetch }: AgentProcess, { hostname }: Service, { counts }: Collector): Promise<number> {
  const kept = (await fetch(hostname!, "/ids")).body.split("\n").filter(Boolean);
  return [...counts.keys()].filter((id) => !kept.includes(id)).length + kept.length - new Set(kept).size;
}

async function loadOn({ cleanup }: BarContext, { agent }: Flight, hostname: string, { rate, slowEvery }: Form): Promise<Load> {
  const load = await makeLoad({ address: "127.0.0.1", port: agent.httpPort, hostname, rate, path: "/", echoPath: "/echo", slowPath: "/?slow=300", slowEvery, timeoutSeconds: TIMEOUT_SECONDS });
  cleanup(() => load.stop());
  return load;
}

type Scene = { flight: Flight; service: Service; load: Load; form: Form };

/** With one time to start: redeploys, restarts, and one release that never becomes healthy. */
async function replace({ say, signal }: BarContext, { flight, service, load, form }: Scene, startMs: number): Promise<void> {
  const { agent, deploy } = flight;
  const set = (variables: Record<string, string>) => agent.client.variables.change({ environmentId: service.environmentId, serviceId: service.id, set: variables });
  const word = `start ${startMs / 1000} s`;
  await set({ START_MS: String(startMs), MODE: "ok" });
  // Only what is live already can be replaced.
  await deploy(service.id);
  await load.phase(`${word}, redeploys`);
  for (let number = 1; number <= form.acts; number += 1) {
    await set({ ROUND: String(number) });
    await deploy(service.id);
    await sleep(form.pauseMs, undefined, { signal });
  }
  say(`${word}: ${form.acts} redeploys`);
  await load.phase(`${word}, restarts`);
  for (let number = 1; number <= form.acts; number += 1) {
    const { job } = await agent.client.services.restart({ id: service.id });
    const ended = await agent.ended(job.id);
    if (ended.state !== "succeeded") throw new Error(`a restart ${ended.state}: ${ended.problem?.message}`);
    await sleep(form.pauseMs, undefined, { signal });
  }
  say(`${word}: ${form.acts} restarts`);
  if (!form.unhealthy) return;
  await load.phase(`${word}, ${UNHEALTHY}`);
  await set({ MODE: "unhealthy" });
  const { id } = await agent.client.deployments.start({ serviceId: service.id });
  const { state, problem } = await agent.deployed(id);
  if (state !== "failed") throw new Error(`a release that never becomes healthy ${state}`);
  say(`${word}: one that never becomes healthy, ${problem?.code}`);
  await sleep(form.pauseMs, undefined, { signal });
}

const UNHEALTHY = "one never healthy";

const budgetMs = ({ drainSeconds }: Form) => (drainSeconds + BUDGET_SECONDS) * 1000;

type Failed = PhaseResult["failedRequests"][number];
/** Whoever waited for longer than the budget is told so; beside releases that become healthy only a machine that is too slow for it may need that. */
const isHonest = (form: Form, phase: string, { status, retryAfter, began, failed }: Failed) =>
  (form.short || phase.endsWith(UNHEALTHY)) && status === 503 && Number(retryAfter) > 0 && failed - began > budgetMs(form);

type Measured = { results: PhaseResult[]; collector: Collector; form: Form; lost: number; say: (line: string) => void };

function judge({ results, collector, form, lost, say }: Measured) {
  const wrong = lost === 0 ? [] : [`${lost} POSTs are lost or doubled in the volume`];
  let told = 0;
  for (const result of results) {
    const { phase, failedRequests, slowestMs } = result;
    const bad = failedRequests.filter((request) => !isHonest(form, phase, request));
    const honest = failedRequests.length - bad.length;
    told += honest;
    say(`${phaseLine(result)}${honest > 0 ? `; ${honest} of the failed were told 503 with Retry-After past the budget` : ""}`);
    if (bad.length > 0) for (const failure of result.failures) say(`  ${failure}`);
    if (bad.length > 0) wrong.push(`${bad.length} failed: ${phase}`);
    if (!form.short && !phase.endsWith(UNHEALTHY) && slowestMs > budgetMs(form)) wrong.push(`one waited ${slowestMs} ms: ${phase}`);
    const came = failedRequests.filter(({ method, status, id }) => method === "POST" && status === 503 && collector.counts.has(id));
    if (came.length > 0) wrong.push(`${came.length} POSTs were refused and came: ${phase}`);
  }
  const posted = results.flatMap((result) => result.posted);
  const once = posted.filter((id) => collector.counts.get(id) === 1).length;
  const twice = [...collector.counts.values()].filter((count) => count > 1).length;
  if (once !== posted.length || twice > 0) wrong.push(`${once} of ${posted.length} POSTs came once, ${twice} more often`);
  if (collector.most() > 1) wrong.push(`${collector.most()} processes at a time`);
  for (const fault of wrong) say(`  wrong: ${fault}`);
  const sum = (key: "sent" | "failed" | "seconds") => results.reduce((total, result) => total + result[key], 0);
  const longest = (unhealthy: boolean) => Math.max(0, ...results.filter(({ phase }) => phase.endsWith(UNHEALTHY) === unhealthy).map(({ slowestMs }) => slowestMs));
  const beside = form.unhealthy ? `; beside ones that never became healthy ${longest(true)} ms, ${told} told 503 with Retry-After` : "";
  return {
    ok: wrong.length === 0,
    figure:
      `stop-first: ${sum("failed") - told} failed of ${sum("sent")} at ${(sum("sent") / sum("seconds")).toFixed(1)} requests/s, ${once} of ${posted.length} POSTs came once, at most ${collector.most()} of ${collector.lives()} processes at a time; ` +
      `${form.starts.length * form.acts} redeploys, as many restarts, longest wait ${longest(false)} ms (allowed ${budgetMs(form)})${beside}${wrong.length > 0 ? `; WRONG: ${wrong.join(", ")}` : ""}`,
  };
}
