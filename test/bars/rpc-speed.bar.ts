// How much a call costs beyond the way itself, after long idleness too, and what many servers cost the desktop.
import { rm, mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { startSshd, type Sshd } from "../contract/sshd.ts";
import { until } from "../world/wait.ts";
import { startAgentProcess } from "./agent-process.ts";
import { bar, type BarContext } from "./frame.ts";
import { logIn, openNearDesk, type Agent, type NearDesk } from "./near/desk.ts";
import { layLine, type Line } from "./near/proxy.ts";
import { openEcho, startEcho } from "./rpc-speed/echo.ts";

const LIMITS = { calls: 3, delayed: 1.15, megabytes: 3, firstCall: 1000 };
const DELAY = 30;
/** A little longer than the agent keeps an idle connection. */
const IDLE_MINUTES = 10;

export default bar({
  name: "rpc-speed",
  minutes: 25,
  async run(context) {
    const { short, say, cleanup } = context;
    const folder = await mkdtemp(join(tmpdir(), "rpc-speed-"));
    cleanup(() => rm(folder, { recursive: true, force: true }));
    const agent = await startAgentProcess(context, { prefix: "rpc-speed" });
    await agent.client.projects.create({ name: "One" });
    const count = short ? 3 : 50;
    const sshd = await startSshd(join(folder, "sshd"), [`MaxStartups 200`, `MaxSessions 100`]);
    cleanup(sshd.stop);
    const line = await layLine(sshd.port);
    cleanup(line.close);
    const desk = await openNearDesk(context, sshd, join(agent.dataDir, "agent.sock"));
    const id = await desk.add(line.port);
    const calls = desk.agentOf(id);
    const echoSocket = join(folder, "echo.sock");
    cleanup(await startEcho(echoSocket));

    const near = await besideEcho({ sshd, line, calls, echoSocket, rounds: short ? 50 : 500 });
    say(row("loopback", near));
    line.delay = DELAY / 2;
    const far = await besideEcho({ sshd, line, calls, echoSocket, rounds: short ? 5 : 100 });
    line.delay = 0;
    say(row(`${DELAY} ms of delay`, far));
    const idleness = await beginIdleness(calls);
    const memory = await manyServers({ context, desk, sshd, count });
    say(`${count} more servers: ${memory.rss.toFixed(2)} MB of memory each, ${memory.heap.toFixed(2)} MB of it heap; beats all answered: ${memory.alive}`);
    const idle = await idleness.end(context, desk, id);
    say(`first calls after ${short ? "a wake" : `${IDLE_MINUTES} idle minutes`}: ${idle.map((took) => `${took.toFixed(1)} ms`).join(", ")}`);

    const ratios = { near: near.call / near.echo, far: far.call / far.echo };
    const slowest = Math.max(...idle);
    const fast = ratios.near <= LIMITS.calls && ratios.far <= LIMITS.delayed && memory.rss <= LIMITS.megabytes && slowest <= LIMITS.firstCall;
    return {
      ok: memory.alive && (short || fast),
      figure:
        `rpc-speed: a call takes ${near.call.toFixed(2)} ms beside an echo of ${near.echo.toFixed(2)} ms (${ratios.near.toFixed(2)} ×); with ${DELAY} ms of delay ${far.call.toFixed(1)} beside ${far.echo.toFixed(1)} ms (${ratios.far.toFixed(3)} ×); ` +
        `first call after ${short ? "a wake" : `${IDLE_MINUTES} min`} at most ${slowest.toFixed(0)} ms; ${count} servers cost ${memory.rss.toFixed(2)} MB each`,
    };
  },
});

type Beside = { sshd: Sshd; line: Line; calls: Agent; echoSocket: string; rounds: number };

/** One after the other, in turns, over two connections through the same line. */
async function besideEcho({ sshd, line, calls, echoSocket, rounds }: Beside): Promise<{ call: number; echo: number; list: number }> {
  const client = await logIn(sshd, line.port);
  const echo = await openEcho(client, echoSocket);
  const timed = async (work: () => Promise<unknown>) => {
    const began = performance.now();
    await work();
    return performance.now() - began;
  };
  const took = { call: [] as number[], echo: [] as number[], list: [] as number[] };
  for (let round = -Math.min(50, rounds); round < rounds; round += 1) {
    const one = { echo: await echo(), call: await timed(() => calls.instance.hello({})), list: await timed(() => calls.projects.list({})) };
    if (round >= 0) for (const key of ["call", "echo", "list"] as const) took[key].push(one[key]);
  }
  client.end();
  return { call: median(took.call), echo: median(took.echo), list: median(took.list) };
}

const median = (values: number[]) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!;
const row = (name: string, { call, echo, list }: { call: number; echo: number; list: number }) =>
  `${name.padEnd(15)} echo ${echo.toFixed(2)} ms · call ${call.toFixed(2)} ms (${(call / echo).toFixed(2)} ×) · list of projects ${list.toFixed(2)} ms (${(list / echo).toFixed(2)} ×)`;

/** The same agent behind many ports: to the desktop each is a server of its own. */
async function manyServers({ context, desk, sshd, count }: { context: BarContext; desk: NearDesk; sshd: Sshd; count: number }): Promise<{ rss: number; heap: number; alive: boolean }> {
  const lines: Line[] = [];
  for (let index = 0; index < count; index += 1) lines.push(await layLine(sshd.port));
  context.cleanup(() => Promise.all(lines.map((one) => one.close())));
  // What the first servers load is not counted: it is there with one server, too.
  const ids = [await desk.add(lines[0]!.port), await desk.add(lines[1]!.port)];
  const before = await rest(context.short);
  for (const one of lines.slice(2)) ids.push(await desk.add(one.port));
  for (const id of ids) await desk.agentOf(id).projects.list({});
  const after = await rest(context.short);
  const each = (key: "rss" | "heapUsed") => (after[key] - before[key]) / (count - 2) / 1024 / 1024;
  const allReady = () => ids.every((id) => desk.stateOf(id).state === "ready");
  // A beat that a busy machine answers late is made up for.
  const alive = context.short ? await until("every server to be ready", allReady, { within: 60_000, every: 20 }).catch(() => false) : allReady();
  return { rss: each("rss"), heap: each("heapUsed"), alive };
}

/** What is left once everything that may go has gone. */
async function rest(short: boolean): Promise<NodeJS.MemoryUsage> {
  setFlagsFromString("--expose-gc");
  const collect = runInNewContext("gc") as () => void;
  for (let round = 0; round < (short ? 1 : 5); round += 1) {
    await pause(short ? 100 : 3000);
    collect();
  }
  return process.memoryUsage();
}

/** Several calls at once, so that more than one kept connection is used anew after nobody called for long. */
async function beginIdleness(calls: Agent) {
  const burst = () =>
    Promise.all(
      Array.from({ length: 8 }, async () => {
        const began = performance.now();
        await calls.projects.list({});
        return performance.now() - began;
      }),
    );
  await burst();
  const began = performance.now();
  return {
    async end({ short, signal }: BarContext, desk: NearDesk, id: string): Promise<number[]> {
      if (short) {
        desk.servers.wake();
        return burst();
      }
      // Right when the agent closes what is idle, and well after.
      await pause(IDLE_MINUTES * 60_000 - (performance.now() - began), undefined, { signal });
      const first = await burst();
      await pause(5000, undefined, { signal });
      if (desk.stateOf(id).state !== "ready") throw new Error("The server is not ready any more.");
      return [...first, ...(await burst())];
    },
  };
}
