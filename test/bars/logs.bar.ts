// A million lines over three releases: what is searched is found and nothing else, any moment is a second away, the tail loses
// and doubles nothing at 20,000 lines a second, also over restarts of the agent and of Docker, and memory stays bounded.
import { run } from "../world/command.ts";
import { dockerBin } from "../world/docker.ts";
import { until } from "../world/wait.ts";
import { bar } from "./frame.ts";
import { beyondLimits } from "./logs/limits.ts";
import { aroundPlanted, moments, problemAt } from "./logs/moments.ts";
import { plantedAt } from "./logs/planted.ts";
import { overRestart, restarts } from "./logs/restarts.ts";
import { difference, hitsOf, linesOf, searchAll } from "./logs/search.ts";
import { raiseStage, type Stage } from "./logs/stage.ts";
import { faultOf, openReader, untilRead, write } from "./logs/tail.ts";
import { fillWorld, MANY, type World } from "./logs/world.ts";
import { mb, memoryOf } from "./small-agent/process.ts";

const MOST_MS = 1000;
const MAX_AGENT_MB = 110;
/** By what is left when the collector has been: its store has its fill long before. */
const MAX_READER_MB = 10;

type Size = { lines: number; releases: number; moments: number; tail: number; restart: number };
const whole: Size = { lines: 1_000_000, releases: 3, moments: 20, tail: 500_000, restart: 160_000 };
/** Of deploys, which cost most of its time, those without which no container would be gone. */
const scaled: Size = { lines: 14_000, releases: 2, moments: 6, tail: 20_000, restart: 10_000 };

export default bar({
  name: "logs",
  minutes: 20,
  async run(context) {
    const { short, say } = context;
    const size = short ? scaled : whole;
    const wrongs: string[] = [];
    const stage = await raiseStage(context, (words) => {
      wrongs.push(words);
      say(`WRONG ${words}`);
    });
    const peaks = watchAgent(stage);
    const world = await fillWorld(stage, size);
    const parts = [await firstLook(stage, world), await searches(stage, world), await reach(stage, world, size.moments)];
    parts.push(await live(stage, world, size));
    parts.push(await searches(stage, short ? { ...world, planted: world.planted.slice(-4) } : world, true));
    if (!short) parts.push(await beyondLimits(stage));
    const peak = await peaks();
    if (!short && peak > MAX_AGENT_MB) stage.wrong(`the agent has had ${mb(peak)}`);
    parts.push(`agent at most ${mb(peak)}`);
    return { ok: wrongs.length === 0, figure: `logs: ${parts.join("; ")}; ${wrongs.length} wrong` };
  },
});

/** The most memory that any life of the agent has had. */
function watchAgent({ agent, context: { cleanup } }: Stage): () => Promise<number> {
  let most = 0;
  const look = async () => {
    const { peak } = await memoryOf((argv) => run(argv), agent.pid()).catch(() => ({ peak: 0 }));
    most = Math.max(most, peak);
    return most;
  };
  const timer = setInterval(() => void look(), 250);
  cleanup(() => clearInterval(timer));
  return look;
}

/**
 * Nobody has looked since the agent began: it has all to find out. A person opens the log, goes to a moment in what a
 * container said that is gone, and looks for a word in everything; only the last has to wait until the engine has read all
 * that it keeps of the container that runs, which is measured beside it.
 */
async function firstLook({ agent: { client }, dockerd, context, wrong }: Stage, { serviceId: id, truth, live, planted }: World): Promise<string> {
  const { short, signal, say } = context;
  const timed = async <T>(act: () => Promise<T>): Promise<[took: number, result: T]> => {
    const begun = performance.now();
    const result = await act();
    return [performance.now() - begun, result];
  };
  const [alone] = await timed(() => run(["sh", "-c", '"$0" -H "$1" logs --timestamps "$2" > /dev/null 2>&1', dockerBin, `unix://${dockerd.socket}`, live.container]));
  const gone = truth.at(-2)!;
  const moment = Date.parse(gone.lines[Math.floor(gone.lines.length / 2)]!.stamp);
  const [opening] = await timed(async () => {
    for await (const _ of await client.services.logs({ id, tail: 1000 }, { signal })) return;
  });
  const [atMoment, page] = await timed(() => client.services.history({ id, moment, limit: 500 }, { signal }));
  const problem = problemAt(page.lines, gone, moment);
  if (problem !== null) wrong(`the first look: ${problem}`);
  const [searching, found] = await timed(() => client.services.history({ id, filter: { text: planted.at(-1)!.word }, limit: 500 }, { signal }));
  if (found.lines.length !== 1) wrong(`the first search has found ${found.lines.length} lines`);
  const words = `the log opened in ${opening.toFixed(0)} ms, the first look ${atMoment.toFixed(0)} ms, the first search ${searching.toFixed(0)} ms (docker logs ${alone.toFixed(0)})`;
  say(words);
  if (!short && Math.max(opening, atMoment, searching - alone) > MOST_MS) wrong(words);
  return words;
}

/** Every planted word, one that stands nowhere, one that stands often, and everything. */
async function searches({ agent: { client }, context, wrong }: Stage, { serviceId, truth, planted }: World, again = false): Promise<string> {
  const { short, say, signal } = context;
  let worst = 0;
  const search = async (what: string, filter: Parameters<typeof searchAll>[2], expected: typeof truth) => {
    const found = await searchAll(client, serviceId, filter, { signal });
    worst = Math.max(worst, found.worst);
    const problem = difference(found.lines, expected);
    if (problem !== null) wrong(`${what}: ${problem}`);
    say(`${what}: ${found.lines.length} lines in ${found.calls} calls, ${found.ms.toFixed(0)} ms, the slowest ${found.worst.toFixed(0)}`);
  };
  for (const one of planted) {
    const hits = hitsOf(one, truth);
    const count = hits.reduce((sum, { lines }) => sum + lines.length, 0);
    if (count !== one.hits.length) wrong(`${one.kind}: Docker keeps ${count} of its ${one.hits.length} lines`);
    await search(one.kind, { text: one.word }, hits);
  }
  if (again) return `${planted.length} again after the restarts`;
  await search("a word that stands nowhere", { text: "toknowhere" }, linesOf(truth, () => false));
  // As a file of kept output begins its lines.
  await search("what stands between stamp and text", { text: "Z\to\t" }, linesOf(truth, () => false));
  await search(MANY, { text: MANY }, linesOf(truth, ({ text }) => text.endsWith(` ${MANY}`)));
  await search("stderr as errors", { level: "error" }, linesOf(truth, ({ stream }) => stream === "err"));
  await search("everything", {}, truth);
  if (!short && worst > MOST_MS) wrong(`an answer took ${worst.toFixed(0)} ms`);
  return `${planted.length + 5} searches, an answer at most ${worst.toFixed(0)} ms`;
}

async function reach(stage: Stage, world: World, count: number): Promise<string> {
  const { context, wrong } = stage;
  const byTime = await moments(stage, world, count);
  const around = await aroundPlanted(stage, world);
  if (!context.short && Math.max(byTime, around) > MOST_MS) wrong(`a moment took ${Math.max(byTime, around).toFixed(0)} ms`);
  return `${count} moments at most ${byTime.toFixed(0)} ms, around ${world.planted.length} lines ${around.toFixed(0)} ms`;
}

async function live(stage: Stage, world: World, size: Size): Promise<string> {
  const { context, wrong } = stage;
  const { short, say, signal } = context;
  // Whole, on a service of its own: what is searched has to stay.
  const serviceId = short ? world.serviceId : await stage.service("tail");
  const first = short ? world.live : await stage.deploy(serviceId);
  const reader = await openReader(stage, serviceId);
  await until("the stream to begin", async () => (await reader.now()).begun, { within: 120_000, every: 20, signal });
  const early = await write(stage, first, 0, size.tail / 4);
  const warm = await untilRead(reader, early.said - 1, signal);
  const written = await write(stage, first, early.said, size.tail - early.said);
  const { read, behindMs } = await untilRead(reader, size.tail - 1, signal);
  const fault = faultOf(read, 0, size.tail - 1);
  if (fault !== null) wrong(`the tail: ${fault}`);
  const rate = written.said / written.seconds;
  const grown = read.heapMb - warm.read.heapMb;
  say(`the tail: ${size.tail} lines at ${rate.toFixed(0)} a second, the last read ${behindMs.toFixed(0)} ms later, ${read.gaps} gaps; the reader holds ${read.rows} rows in ${mb(read.heapMb)}, ${mb(warm.read.heapMb)} with ${early.said} lines, and has had ${mb(read.peakMb)} at the most`);
  if (!short && rate < 19_000) wrong(`only ${rate.toFixed(0)} lines a second were said`);
  if (!short && grown > MAX_READER_MB) wrong(`the reader has grown by ${mb(grown)} while it held ${read.rows} rows`);

  const second = short ? first : await stage.deploy(serviceId);
  let next = size.tail;
  for (const restart of restarts.filter(({ wholeOnly }) => !short || wholeOnly !== true)) {
    const before = plantedAt(`before a restart of ${restart.name}`);
    const after = plantedAt(`after a restart of ${restart.name}`);
    await world.live.mouth().say(before.bytes);
    next = await overRestart(stage, second, reader, restart, next, size.restart);
    if (restart.ends) await world.live.reopen();
    await world.live.mouth().say(after.bytes);
    await world.live.settle();
    world.planted.push(before, after);
  }
  world.truth.at(-1)!.lines = await world.live.kept();
  return `${size.tail} lines at ${rate.toFixed(0)} a second, ${short ? 2 : restarts.length} restarts, reader at most ${mb((await reader.now()).peakMb)}`;
}
