// Large bodies beside small calls: as quick as the line, never in the way of a call, whole over every cut, closed to strangers.
import { mkdtemp, open, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { buildAgent } from "../../scripts/build-agent.mjs";
import { startSshd, type Sshd } from "../contract/sshd.ts";
import { startAgentProcess } from "./agent-process.ts";
import { bar, type BarContext } from "./frame.ts";
import { openNearDesk } from "./near/desk.ts";
import { beside, quietly } from "./raw-lane/beside.ts";
import { sshCat } from "./raw-lane/cat.ts";
import { halfOpen, residentMb } from "./raw-lane/half-open.ts";
import { layShapedLine, lineOf, type ShapedLine } from "./raw-lane/line.ts";
import { strangers } from "./raw-lane/strangers.ts";
import { startViewerAgent } from "./raw-lane/viewer.ts";
import { carrying, openWays, source, type Way } from "./raw-lane/ways.ts";
import { give, take } from "../../src/desktop/transfers/carry.ts";

const MiB = 1024 ** 2;
const LINES = [
  { name: "400 Mbit/s, 30 ms", shape: lineOf(400, 30), least: 0.9 },
  { name: "loopback", shape: { perSecond: 0, delay: 0 }, least: 0.6 },
];
const SLOW = { name: "10 Mbit/s, 30 ms", shape: lineOf(10, 30) };
/** A call beside a transfer, of its time without one. */
const CALL = 3;
const AGENT_MB = 24;
const HALF_OPEN_MB = 120;

type Bench = BarContext & { sshd: Sshd; line: ShapedLine; ways: Way[]; file: string; size: number; pid: () => number; wrong: (words: string) => void };

export default bar({
  name: "raw-lane",
  minutes: 30,
  async run(context) {
    const { short, say, cleanup } = context;
    const folder = await mkdtemp(join(tmpdir(), "raw-lane-"));
    cleanup(() => rm(folder, { recursive: true, force: true }));
    const wrongs: string[] = [];
    const wrong = (words: string) => {
      wrongs.push(words);
      say(`WRONG ${words}`);
    };
    const { outfile: bundle } = await buildAgent({ outfile: join(folder, "agent.mjs") });
    const viewer = await buildAgent({ outfile: join(folder, "viewer.mjs"), change: { "agent/src/main.ts": () => `import ${JSON.stringify(join(import.meta.dirname, "raw-lane/viewer-agent.ts"))};` } });
    const agent = await startAgentProcess(context, { prefix: "raw-lane", bundle });
    const sshd = await startSshd(join(folder, "sshd"), ["MaxSessions 100"]);
    cleanup(sshd.stop);
    const line = await layShapedLine(context, sshd.port);
    const ways = await openWays(context, sshd, line.port, join(agent.dataDir, "agent.sock"));
    const size = short ? 8 * MiB : 1024 * MiB;
    const file = join(folder, "bytes");
    await fill(file, size);
    const bench: Bench = { ...context, sshd, line, ways, file, size, pid: agent.pid, wrong };
    // Once before anything is measured: what is loaded for the first time is not the lane's.
    for (const way of ways) await way.down(MiB, context.signal);

    const parts = [await speeds(bench), await standing(bench), await cuts(bench, join(agent.dataDir, "agent.sock"))];
    const guests = await startViewerAgent(context, viewer.outfile);
    const knocked = await strangers(guests, context.signal);
    for (const { tried, got, wanted } of knocked) if (got !== wanted) wrong(`a ticket ${tried}: ${got}`);
    parts.push(`${knocked.length} tickets in wrong hands or at a wrong time`);
    const crowd = await halfOpen(guests, short ? 32 : 128);
    say(`half-open bodies of a viewer: agent ${crowd.before.toFixed(0)} MB before, ${crowd.worst.toFixed(0)} MB at the worst; answered at once ${JSON.stringify(crowd.answers)}`);
    if (!short && crowd.worst > HALF_OPEN_MB) wrong(`the agent has ${crowd.worst.toFixed(0)} MB with 128 half-open bodies`);
    parts.push(`${short ? 32 : 128} half-open bodies: agent ${crowd.worst.toFixed(0)} MB`);
    return { ok: wrongs.length === 0, figure: `raw-lane: ${parts.join("; ")}; ${wrongs.length} wrong` };
  },
});

async function fill(path: string, size: number): Promise<void> {
  const file = await open(path, "w");
  for (let at = 0; at < size; ) {
    const chunk = await source.read(at, size - at);
    await file.write(chunk);
    at += chunk.length;
  }
  await file.close();
}

async function speeds(bench: Bench): Promise<string> {
  const { short, say, line, ways, size, signal, wrong, pid } = bench;
  const before = residentMb(pid());
  let most = before;
  const watch = setInterval(() => (most = Math.max(most, residentMb(pid()))), 50);
  const ratios: number[] = [];
  const waits: number[] = [];
  try {
    for (const { name, shape, least } of LINES) {
      line.shape(shape);
      for (const direction of ["down", "up"] as const) {
        const cat = await sshCat({ ...bench, port: line.port, direction, path: bench.file });
        for (const way of ways) {
          const quiet = await quietly(way.agent, short ? 5 : 30);
          const began = performance.now();
          const calls = await beside(way.agent, way[direction](size, signal));
          const seconds = (performance.now() - began) / 1000;
          const ratio = cat / seconds;
          ratios.push(ratio);
          waits.push(calls.median / quiet);
          say(`${name}, ${direction} over ${way.name}: ${(size / MiB / seconds).toFixed(1)} MiB/s, ${ratio.toFixed(2)} of ssh cat (${(size / MiB / cat).toFixed(1)}); a call ${calls.median.toFixed(1)} ms beside ${quiet.toFixed(1)} alone (${(calls.median / quiet).toFixed(2)} ×, worst ${calls.worst.toFixed(0)} ms, ${calls.calls} calls)`);
          if (short) continue;
          if (ratio < least) wrong(`${name}, ${direction} over ${way.name}: ${ratio.toFixed(2)} of ssh cat`);
          if (calls.median > CALL * quiet) wrong(`${name}, ${direction} over ${way.name}: a call takes ${(calls.median / quiet).toFixed(2)} of its quiet time`);
        }
      }
    }
    if (!short) waits.push(...(await slow(bench)));
  } finally {
    clearInterval(watch);
    line.shape({ perSecond: 0, delay: 0 });
  }
  say(`agent: ${before.toFixed(1)} MB before, ${most.toFixed(1)} MB at the most`);
  if (!short && most - before > AGENT_MB) wrong(`the agent grew by ${(most - before).toFixed(1)} MB`);
  return `${Math.min(...ratios).toFixed(2)}–${Math.max(...ratios).toFixed(2)} of ssh cat, calls beside at most ${Math.max(...waits.filter(Number.isFinite)).toFixed(2)} × their quiet time, agent + ${(most - before).toFixed(1)} MB`;
}

/** Where a queue is seconds long as soon as somebody fills it. */
async function slow({ say, line, ways, signal, wrong }: Bench): Promise<number[]> {
  line.shape(SLOW.shape);
  const found: number[] = [];
  for (const way of ways) {
    for (const direction of ["down", "up"] as const) {
      const quiet = await quietly(way.agent, 20);
      const calls = await beside(way.agent, way[direction](12 * MiB, signal));
      found.push(calls.median / quiet);
      say(`${SLOW.name}, ${direction} over ${way.name}: a call ${calls.median.toFixed(1)} ms beside ${quiet.toFixed(1)} alone (${(calls.median / quiet).toFixed(2)} ×, worst ${calls.worst.toFixed(0)} ms)`);
      if (calls.median > CALL * quiet) wrong(`${SLOW.name}, ${direction} over ${way.name}: a call takes ${(calls.median / quiet).toFixed(2)} of its quiet time`);
    }
  }
  return found;
}

/** Four who read nothing for a while: two hold what is on the way, two wait for their turn, calls go by. */
async function standing({ short, say, ways, signal, pid, wrong }: Bench): Promise<string> {
  const before = residentMb(pid());
  let worst = 0;
  let grown = 0;
  for (const { name, agent } of ways.slice(0, 2)) {
    const go = Promise.withResolvers<void>();
    const readers = Array.from({ length: 4 }, async () => {
      const ticket = await agent.client.instance.speed({ direction: "down", size: (short ? 8 : 64) * MiB });
      await take({ ...carrying(agent, ticket, signal), sink: { write: () => go.promise } });
    });
    for (const reader of readers) reader.catch(() => {});
    await pause(short ? 300 : 2000);
    const calls = await Promise.all(Array.from({ length: 20 }, () => quietly(agent, 1)));
    worst = Math.max(worst, ...calls);
    grown = Math.max(grown, residentMb(pid()) - before);
    go.resolve();
    await Promise.all(readers);
    say(`four readers stand still over ${name}: calls at most ${Math.max(...calls).toFixed(0)} ms`);
  }
  if (worst > (short ? 20_000 : 1000)) wrong(`a call took ${worst.toFixed(0)} ms beside readers that stand still`);
  if (grown > (short ? 4 * AGENT_MB : AGENT_MB)) wrong(`the agent grew by ${grown.toFixed(1)} MB beside readers that stand still`);
  return `beside 4 standing readers calls take ${worst.toFixed(0)} ms at most`;
}

/** Every connection ends at moments of its own choice; the whole is what was sent, or the product itself would say so. */
async function cuts(bench: Bench, socket: string): Promise<string> {
  const { short, line, sshd, signal, wrong, say } = bench;
  const desk = await openNearDesk(bench, sshd, socket);
  const id = await desk.add(line.port);
  line.shape(lineOf(short ? 2000 : 400, 4));
  let made = 0;
  for (const direction of ["down", "up"] as const) {
    const wanted = short ? 2 : 10;
    const size = (short ? 16 : 256) * MiB;
    const at = Array.from({ length: wanted }, (_, index) => ((index + Math.random()) / wanted) * size * 0.95);
    const onProgress = (done: number) => {
      if (at[0] === undefined || done < at[0]) return;
      at.shift();
      made += 1;
      line.drop();
    };
    const reach = () => desk.servers.reach(id);
    const agent = reach().agent!;
    const ticket = await agent.client.instance.speed({ direction, size });
    let next = 0;
    const carried = { ...carrying(agent, ticket, signal, onProgress), reach };
    const began = performance.now();
    if (direction === "up") await give({ ...carried, source });
    else {
      await take({
        ...carried,
        sink: {
          async write(chunk, offset) {
            if (offset !== next) wrong(`byte ${offset} came where ${next} was next`);
            next = offset + chunk.length;
          },
        },
      });
      if (next !== size) wrong(`${next} of ${size} bytes came`);
    }
    say(`${direction} through ${wanted - at.length} cuts: whole after ${((performance.now() - began) / 1000).toFixed(1)} s`);
  }
  line.shape({ perSecond: 0, delay: 0 });
  return `${made} cuts, hashes equal`;
}
