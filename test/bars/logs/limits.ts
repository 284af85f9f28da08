// More than is kept: what the limits say has to be there is, and who reads is told that something is not.
import { difference, searchAll, type Truth } from "./search.ts";
import type { Speaker, Stage } from "./stage.ts";

/** Of containers that are gone, by decision 0012. */
const ARCHIVES = 50_000_000;
const LINE = 5000;
const OF_A_RELEASE = 24_000_000;
/** Docker has room for 30 MB of it. */
const OF_THE_LAST = 45_000_000;
const RELEASES = 4;
const AT_ONCE = 200;

export async function beyondLimits(stage: Stage): Promise<string> {
  const { agent: { client }, context: { say, signal }, wrong } = stage;
  const id = await stage.service("limits");
  const truth: Truth = [];
  let early: string | undefined;
  for (let release = 1; release <= RELEASES; release++) {
    const speaker = await stage.deploy(id);
    early ??= await cursorNow(stage, id);
    await talk(speaker, release, release === RELEASES ? OF_THE_LAST : OF_A_RELEASE);
    truth.push({ release: speaker.release, lines: await speaker.kept() });
  }
  const live = truth.pop()!;
  const kept: Truth = [live];
  let bytes = 0;
  for (const one of truth.toReversed()) {
    // As a file of kept output has it: stamp, letter and text between tabs, and the end of the line.
    bytes += one.lines.reduce((sum, { text }) => sum + 34 + Buffer.byteLength(text), 0);
    if (bytes <= ARCHIVES) kept.unshift(one);
  }
  const found = await searchAll(client, id, {}, { signal });
  const problem = difference(found.lines, kept);
  if (problem !== null) wrong(`beyond what is kept: ${problem}`);
  const said = OF_THE_LAST / LINE;
  if (live.lines.length >= said) wrong(`Docker has kept all of ${said} lines: its limit was not tried`);
  if (!(await resumedWithGap(stage, id, early!))) wrong("a stream that goes on behind what is no longer kept does not say so");
  say(`limits: ${kept.length - 1} of ${truth.length} archives are kept, and ${live.lines.length} of ${said} lines with Docker; all of it is told, nothing else`);
  return `limits: ${kept.length - 1} of ${truth.length} archives`;
}

async function talk({ mouth, settle }: Speaker, release: number, bytes: number): Promise<void> {
  const text = "y".repeat(LINE - 10);
  for (let line = 0; line < bytes / LINE; line += AT_ONCE) {
    await mouth().say(Array.from({ length: AT_ONCE }, (_, index) => `${release}.${String(line + index).padStart(6, "0")} ${text}\n`).join(""));
  }
  await settle();
}

async function cursorNow({ agent: { client }, context: { signal } }: Stage, id: string): Promise<string> {
  for await (const { cursor } of await client.services.logs({ id, tail: 0 }, { signal })) return cursor;
  throw new Error("a stream of logs ends at once");
}

async function resumedWithGap({ agent: { client }, context: { signal } }: Stage, id: string, after: string): Promise<boolean> {
  for await (const { gap, lines } of await client.services.logs({ id, after, tail: 0 }, { signal })) {
    if (gap) return true;
    if (lines.length > 0) return false;
  }
  return false;
}
