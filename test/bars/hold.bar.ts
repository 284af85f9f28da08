// Requests wait for an app that starts, each reaches it once, and waiting costs its start next to nothing.
import { setTimeout as sleep } from "node:timers/promises";
import type { RouteTarget } from "../../agent/src/caddy/index.ts";
import { raiseEdge, type Edge } from "./edge/edge.ts";
import { cpuSeconds, ofFilesMb, residentMb } from "./edge/process.ts";
import { bar, type BarContext } from "./frame.ts";
import { median } from "./edge-speed/wrk.ts";
import { startApp, type App } from "./hold/apps.ts";
import { silentAddress } from "./hold/silent.ts";
import { visit } from "./hold/visitors.ts";
import type { Answered } from "./hold/visitor.ts";

const BODY_BYTES = 8_000;
/** About 1.5 s of work. */
const START_ROUNDS = 700_000;
const MOST_MEMORY_MB = 150;
const SLOWEST_START = 1.2;
const PAGE_WITHIN_MS = 2000;
const BUDGET_SECONDS = 30;

const services = [
  { serviceId: "known", hostname: "known.test" },
  { serviceId: "later", hostname: "later.test" },
];
const NOWHERE: RouteTarget & { type: "app" } = { type: "app", addresses: ["127.0.0.1"], port: 1, releaseId: "nowhere" };

export default bar({
  name: "hold",
  minutes: 10,
  async run(context) {
    const { short, say } = context;
    const edge = await raiseEdge(context, "hold");
    const [first, ...others] = services.map(({ serviceId, hostname }) => ({ serviceId, hostnames: [hostname], target: NOWHERE }));
    await edge.known([first!]);
    await edge.caddy.sync([first!, ...others]);
    const wrong: string[] = [];
    const check = (what: string, right: boolean, figure: unknown) => {
      say(`${right ? "ok   " : "WRONG"} ${what}: ${String(figure)}`);
      if (!right) wrong.push(what);
    };
    const crash = await crashes(context, edge, check);
    const wait = await waits(context, edge, check);
    if (!short) await beyond(context, edge, check);
    return { ok: wrong.length === 0, figure: `hold: ${wait}; ${crash}${wrong.length > 0 ? `; WRONG: ${wrong.join(", ")}` : ""}` };
  },
});

type Check = (what: string, right: boolean, figure: unknown) => void;

/** Without a hold nobody waits long for an app that is gone. */
async function crashes(context: BarContext, edge: Edge, check: Check): Promise<string> {
  const silent = await silentAddress(context);
  if (silent === null) context.say("a silent address is skipped: the packet filter may not be changed");
  const kinds = [["refuses", "127.0.0.1"] as const, ...(silent === null ? [] : [["is silent", silent] as const])];
  const slowest: string[] = [];
  for (const [how, address] of kinds) {
    let most = 0;
    for (const { serviceId, hostname } of services) {
      await edge.caddy.setTarget(serviceId, { ...NOWHERE, addresses: [address] });
      const began = performance.now();
      const { status, body } = await edge.ask(hostname);
      most = Math.max(most, performance.now() - began);
      check(`an app of ${hostname} that ${how} gives the page`, status === 502 && body.includes("<!doctype html>"), `status ${status}`);
    }
    if (!context.short) check(`the page of one that ${how} comes within ${PAGE_WITHIN_MS} ms`, most <= PAGE_WITHIN_MS, `${Math.round(most)} ms`);
    slowest.push(`${how} ${Math.round(most)} ms`);
  }
  return `a crash without a hold: ${slowest.join(", ")}`;
}

async function waits(context: BarContext, edge: Edge, check: Check): Promise<string> {
  const { short, signal } = context;
  const [count, seconds, starts, rounds] = short ? [100, 2, 0, 100_000] : [3000, 15, 5, START_ROUNDS];
  const quiet = await startTimes(context, starts, rounds);
  const pid = await edge.pid();
  const [idleMb, filesMb] = [await residentMb(pid), await ofFilesMb(pid)];

  for (const { serviceId } of services) await edge.caddy.hold(serviceId);
  const began = performance.now();
  const memory = watchMemory(pid);
  const visitors = visit(context, { port: edge.port, hostnames: services.map(({ hostname }) => hostname), count, bodyBytes: BODY_BYTES });
  let answered = false;
  void visitors.answers.then(() => (answered = true));
  await visitors.sent;
  const busy = await cpuSeconds(pid);
  const watchedFrom = performance.now();
  const waiting = await startTimes(context, starts, rounds);
  const app = await startApp(context, rounds);
  await sleep(Math.max(0, began + seconds * 1000 - performance.now()), undefined, { signal });
  const share = ((await cpuSeconds(pid)) - busy) / ((performance.now() - watchedFrom) / 1000);
  const most = memory.most();
  check("nobody is answered while the app starts", !answered, `${((performance.now() - began) / 1000).toFixed(1)} s`);
  for (const { serviceId } of services) await edge.caddy.setTarget(serviceId, { type: "app", addresses: ["127.0.0.1"], port: app.port, releaseId: "started" });
  const named = performance.now();
  const answers = await visitors.answers;
  const drained = performance.now() - named;
  const atLast = await memory.end();
  await judgeAnswers(answers, app, count, check);
  if (short) return `${count} requests waited ${seconds} s, all were answered`;

  const ratio = median(waiting) / median(quiet);
  const told = (times: number[]) => times.map((time) => (time / 1000).toFixed(2)).join(" ");
  check(`an app starts in ${SLOWEST_START} of its quiet time at most`, ratio <= SLOWEST_START, `${ratio.toFixed(2)} (quiet ${told(quiet)} s; while they wait ${told(waiting)} s)`);
  check(`Caddy has ${MOST_MEMORY_MB} MB at most while they wait`, most <= MOST_MEMORY_MB, `${most.toFixed(0)} MB while they wait (${idleMb.toFixed(0)} before, ${filesMb.toFixed(0)} of it the program's own file; ${atLast.toFixed(0)} when they are let go)`);
  context.say(`      Caddy takes ${(share * 100).toFixed(0)} % of a processor while they wait; the last one is answered ${Math.round(drained)} ms after the app is named`);
  return `${count} requests waited ${seconds} s; the app's start ${ratio.toFixed(2)} × its quiet one, Caddy ${most.toFixed(0)} MB and ${(share * 100).toFixed(0)} % of a processor, all answered ${Math.round(drained)} ms after the switch`;
}

async function judgeAnswers(answers: Answered[], app: App, count: number, check: Check): Promise<void> {
  const bad = answers.filter(({ id, method, status, body }) => status !== 200 || body !== `${id} ${method === "POST" ? BODY_BYTES : 0}`);
  check("all are answered whole with 200", answers.length === count && bad.length === 0, `${answers.length - bad.length} of ${count}${bad[0] ? `; ${JSON.stringify({ ...bad[0], body: bad[0].body.slice(0, 80) })}` : ""}`);
  const counts = await app.counts();
  const once = answers.filter(({ id }) => counts[id] === 1).length;
  check("each reached the app exactly once", once === count && Object.keys(counts).length === count, `${once} of ${count}`);
}

/** A hold ends by its budget, and says so. */
async function beyond(context: BarContext, edge: Edge, check: Check): Promise<void> {
  for (const { serviceId } of services) await edge.caddy.hold(serviceId);
  const answers = await visit(context, { port: edge.port, hostnames: services.map(({ hostname }) => hostname), count: 40, bodyBytes: BODY_BYTES }).answers;
  const after = answers.map((one) => one.after / 1000);
  const right = answers.every(({ status, retryAfter, body }) => status === 503 && Number(retryAfter) > 0 && body.includes("<!doctype html>"));
  check("a hold beyond its budget ends in 503 with Retry-After and a page", right, `${JSON.stringify({ ...answers[0], body: answers[0]?.body.slice(0, 60) })}`);
  check(`and not before ${BUDGET_SECONDS} s`, Math.min(...after) >= BUDGET_SECONDS - 0.5 && Math.max(...after) <= BUDGET_SECONDS + 5, `${Math.min(...after).toFixed(1)} to ${Math.max(...after).toFixed(1)} s`);
}

/** One after the other. */
async function startTimes(context: BarContext, starts: number, rounds: number): Promise<number[]> {
  const times: number[] = [];
  for (let count = 0; count < starts; count += 1) {
    const app = await startApp(context, rounds);
    times.push(app.startMs);
    await app.end();
  }
  return times;
}

/** The most that it has from now on. */
function watchMemory(pid: number): { most: () => number; end: () => Promise<number> } {
  let most = 0;
  const look = async () => (most = Math.max(most, await residentMb(pid).catch(() => 0)));
  const looking = setInterval(() => void look(), 200);
  return {
    most: () => most,
    async end() {
      clearInterval(looking);
      await look();
      return most;
    },
  };
}
