// What apps say: lines of any length and with any signs, more at once than is kept, and an engine whose follow falls silent.
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { LogLine } from "../../../agent/contract/index.ts";
import { CUT_MARK, LONGEST_LINE } from "../../../agent/src/docker/output-lines.ts";
import { startAgentProcess, type AgentProcess } from "../agent-process.ts";
import { row, type Bench, type Case, type Deployed } from "./case.ts";
import { startMute } from "./mute.ts";

type Said = { name: string; code: string; told: string; as?: (text: string) => string };

/** What is said by this code, and what is to be told of it. */
const SAID: Said[] = [
  { name: "a plain line", code: `"plain"`, told: "plain" },
  { name: "an empty line", code: `""`, told: "" },
  { name: "16,383 characters", code: `"a".repeat(16_383)`, told: "a".repeat(16_383) },
  { name: "16,384 characters", code: `"b".repeat(16_384)`, told: "b".repeat(16_384) },
  { name: "40 kB", code: `"c".repeat(40_000)`, told: "c".repeat(40_000) },
  // Docker's file cannot hold a character that it has cut in two, every 16 KB: it has U+FFFD for each part.
  { name: "40 kB of three bytes a character", code: `"\\u20AC".repeat(13_000)`, told: "\u20AC".repeat(13_000), as: (text) => text.replaceAll(/\uFFFD{1,3}/g, "\u20AC") },
  { name: "as long as is told", code: `"d".repeat(${LONGEST_LINE})`, told: "d".repeat(LONGEST_LINE) },
  { name: "one more than is told", code: `"e".repeat(${LONGEST_LINE + 1})`, told: "e".repeat(LONGEST_LINE) + CUT_MARK },
  { name: "300 kB", code: `"f".repeat(300_000)`, told: "f".repeat(LONGEST_LINE) + CUT_MARK },
  { name: "a progress bar", code: `"10%\\r50%\\r100%"`, told: "10%\r50%\r100%" },
  { name: "a line as on Windows", code: `"windows\\r"`, told: "windows" },
  { name: "U+2028 and its like", code: `"one\\u2028two\\u2029three\\u0085four\\vfive\\fsix"`, told: "one\u2028two\u2029three\u0085four\vfive\fsix" },
  { name: "a zero", code: `"zero\\0one"`, told: "zero\0one" },
];
const LAST = "bye\r100%\u2028without an end";
/** Says all of it, and what it says last when it is asked to end: a line without an end. */
const SPEAKER = `for (const text of [${SAID.map(({ code }) => code).join(", ")}]) console.log(text); process.on("SIGTERM", () => { process.stdout.write("bye\\r100%\\u2028without an end", () => process.exit(0)) }); setInterval(() => {}, 1000)`;

/** A worker of that code, in the agent that is meant: another release of it says the same anew. */
async function speaker(bench: Bench, code: string): Promise<Deployed> {
  const reference = await bench.image({ Dockerfile: `FROM node:24-slim\nCOPY app.js /\nCMD ["node", "/app.js"]\n`, "app.js": code });
  return bench.deploy({ shape: "worker", config: { source: { type: "image", reference }, healthSeconds: 1 } });
}

type Heard = { lines: LogLine[]; /** At which of the lines a gap was said to stand before it. */ gaps: number[]; enough: boolean };

/** Follows until enough was told; not longer than so many seconds. */
async function follow({ client }: AgentProcess, id: string, enough: (lines: LogLine[]) => boolean, { tail = 5000, seconds = 120 } = {}): Promise<Heard> {
  const heard: Heard = { lines: [], gaps: [], enough: false };
  const signal = AbortSignal.timeout(seconds * 1000);
  try {
    for await (const { lines, gap } of await client.services.logs({ id, tail }, { signal })) {
      if (gap) heard.gaps.push(heard.lines.length);
      heard.lines.push(...lines);
      if ((heard.enough = enough(heard.lines))) break;
    }
  } catch (error) {
    if (!signal.aborted) throw error;
  }
  return heard;
}

/** Which of what was said by one release is not told as it should be. */
function wrongOf(lines: LogLine[], said: readonly string[]): string {
  const isTold = (text: string | undefined, at: number) => text !== undefined && (SAID[at]?.as?.(text) ?? text) === said[at];
  const wrong = said.flatMap((_, at) => (isTold(lines[at]?.text, at) ? [] : [SAID[at]?.name ?? "the last one, without an end"]));
  if (lines.length !== said.length) wrong.push(`${lines.length} lines`);
  return wrong.length === 0 ? "as said" : `not as said: ${wrong.join(", ")}`;
}

async function pages({ client }: AgentProcess, id: string): Promise<LogLine[]> {
  const lines: LogLine[] = [];
  for (let before: string | undefined, more = true; more; ) {
    const page = await client.services.history({ id, ...(before === undefined ? {} : { before }), limit: 1000 });
    lines.unshift(...page.lines);
    before = page.before ?? undefined;
    more = page.before !== null;
  }
  return lines;
}

const numbersOf = (lines: LogLine[]): number[] => lines.flatMap(({ text }) => /^line (\d+) /.exec(text)?.[1] ?? []).map(Number);

/** Lines that are missing, of those that no gap speaks of; and those that were told twice. */
function countedOf({ lines, gaps }: Heard): string {
  const numbers = numbersOf(lines);
  const firsts = new Set(gaps.map((at) => numbersOf(lines.slice(at)).at(0)));
  const silent = numbers.filter((number, at) => at > 0 && number !== numbers[at - 1]! + 1 && !firsts.has(number)).length;
  const twice = numbers.length - new Set(numbers).size;
  return row(silent === 0 ? "none missing without a gap" : `${silent} times some are missing without a gap`, twice === 0 ? "none twice" : `${twice} twice`);
}

export const logLines: Case[] = [
  {
    name: "lines over 16 KB, progress bars, U+2028, and a last line without an end: followed over a redeploy, kept, read back",
    expected: "live; followed: as said, then as said; kept: as said; read back: as said; 0 gaps",
    short: true,
    async see(bench) {
      const { agent } = bench;
      const done = await speaker(bench, SPEAKER);
      const said = SAID.map(({ told }) => told);
      const first = done.ended.releaseId;
      const following = follow(agent, done.service.id, (lines) => lines.length >= 2 * said.length + 1);
      const again = await bench.again(done);
      const live = await following;
      const kept = await follow(agent, done.service.id, (lines) => lines.length >= 2 * said.length + 1);
      const back = await pages(agent, done.service.id);
      const of = (lines: LogLine[], isFirst: boolean) => lines.filter(({ from }) => (from === first) === isFirst);
      return [
        again.outcome,
        `followed: ${wrongOf(of(live.lines, true), [...said, LAST])}, then ${wrongOf(of(live.lines, false), said)}`,
        `kept: ${wrongOf(of(kept.lines, true), [...said, LAST])}`,
        `read back: ${wrongOf(of(back, true), [...said, LAST])}`,
        `${live.gaps.length + kept.gaps.length} gaps`,
      ].join("; ");
    },
  },
  {
    name: "120 MB at once, then a line a second",
    expected: "live, none missing without a gap, none twice, the last of them, a line of later",
    async see(bench) {
      const code = `const fs = require("fs"); setTimeout(() => { let n = 0; for (let part = 0; part < 1200; part++) { let text = ""; for (let i = 0; i < 1000; i++) text += "line " + n++ + " " + "z".repeat(88) + "\\n"; fs.writeSync(1, text) } setInterval(() => console.log("later"), 1000) }, 4000)`;
      const done = await speaker(bench, code);
      const heard = await follow(bench.agent, done.service.id, (lines) => lines.at(-1)?.text === "later", { seconds: 90 });
      return row(done.outcome, countedOf(heard), numbersOf(heard.lines).at(-1) === 1_199_999 ? "the last of them" : `${numbersOf(heard.lines).at(-1)} as the last`, heard.enough ? "a line of later" : "nothing of later");
    },
  },
  {
    name: "an engine whose follow says nothing any more, and one that ends it",
    expected: "silent: all lines, none missing without a gap, none twice, opened anew; ended: all lines, none missing without a gap, none twice, opened anew",
    async see(bench) {
      const mute = await startMute("/var/run/docker.sock", join(bench.folder, "mute.sock"));
      const undo: (() => unknown)[] = [];
      try {
        const agent = await startAgentProcess({ cleanup: (act) => void undo.push(act) }, { dockerSocket: mute.socket, prefix: "mute" });
        const { environments } = await agent.client.projects.create({ name: `Mute ${bench.run}` });
        const reference = await bench.image({ Dockerfile: `FROM node:24-slim\nCMD ["node", "-e", "let n = 0; setInterval(() => console.log('line ' + n++ + ' '), 200)"]\n` });
        const service = await agent.client.services.create({ environmentId: environments[0]!.id, name: "mute", shape: "worker", hostname: null, variables: {}, config: { source: { type: "image", reference }, healthSeconds: 1, drainSeconds: 0 } as never });
        await agent.deployed((await agent.client.deployments.start({ serviceId: service.id })).id);
        const words: string[] = [];
        for (const how of ["silent", "ended"] as const) {
          mute.from(how);
          const heard = await follow(agent, service.id, (lines) => numbersOf(lines).length >= 40, { tail: 0, seconds: 30 });
          words.push(`${how}: ${row(heard.enough ? "all lines" : `${heard.lines.length} lines`, countedOf(heard), mute.opened() > 1 ? "opened anew" : "not opened anew")}`);
          await sleep(100);
        }
        return words.join("; ");
      } finally {
        for (const act of undo.toReversed()) await act();
        await mute.close();
      }
    },
  },
];
