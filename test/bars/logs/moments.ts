// Any moment of what is kept: by its time, and by paging from a line that was found.
import type { LogLine } from "../../../agent/contract/index.ts";
import type { Kept } from "./kept.ts";
import { difference, linesOf, searchAll, type Client, type Truth } from "./search.ts";
import type { Stage } from "./stage.ts";
import type { World } from "./world.ts";

/** As the window asks. */
const PAGE = 300;

/** Milliseconds of the slowest answer. */
export async function moments({ agent: { client }, context, wrong }: Stage, world: World, count: number): Promise<number> {
  const { signal } = context;
  const { serviceId: id, truth } = world;
  let worst = 0;
  const ask = async (asked: Omit<Parameters<Client["services"]["history"]>[0], "id">) => {
    const from = performance.now();
    const page = await client.services.history({ id, filter: {}, limit: PAGE, ...asked }, { signal });
    worst = Math.max(worst, performance.now() - from);
    return page;
  };
  for (let tried = 0; tried < count; tried++) {
    const { release, lines } = truth[tried % truth.length]!;
    const moment = Date.parse(newestUpTo(lines)[Math.floor(Math.random() * lines.length)]!);
    const begins = beginOf(lines, moment);
    const newer = await ask({ moment });
    const older = await ask({ before: newer.before ?? undefined });
    const problem = compare([...older.lines, ...newer.lines], older.lines.filter(({ from }) => from === release).length, release, lines, begins);
    if (problem !== null) wrong(`the moment ${new Date(moment).toISOString()} of release ${(tried % truth.length) + 1}: ${problem}`);
  }
  for (const [index, { from, until }] of world.setBack.entries()) {
    const found = await searchAll(client, id, { from, until }, { signal });
    const problem = difference(found.lines, linesOf(truth, ({ stamp }) => Date.parse(stamp) >= from && Date.parse(stamp) < until));
    if (problem !== null) wrong(`the hour in which clock ${index + 1} was set back: ${problem}`);
    worst = Math.max(worst, found.worst);
  }
  return worst;
}

/** Around each planted line: pages on both sides adjoin it and have its neighbours. */
export async function aroundPlanted({ agent: { client }, context: { signal }, wrong }: Stage, { serviceId: id, truth, planted }: World): Promise<number> {
  let worst = 0;
  for (const { kind, word } of planted) {
    const [found] = (await client.services.history({ id, filter: { text: word }, limit: 1 }, { signal })).lines;
    if (found?.place === undefined) continue;
    const begun = performance.now();
    const [older, newer] = await Promise.all([
      client.services.history({ id, before: found.place, limit: PAGE }, { signal }),
      client.services.history({ id, after: found.place, limit: PAGE }, { signal }),
    ]);
    worst = Math.max(worst, performance.now() - begun);
    const { release, lines } = truth.find(({ release: one }) => one === found.from)!;
    const at = lines.findIndex(({ text, stamp }) => text === found.text && Date.parse(stamp) === found.at);
    const problem = compare([...older.lines, ...newer.lines], older.lines.filter(({ from }) => from === release).length, release, lines, at);
    if (problem !== null) wrong(`around ${kind}: ${problem}`);
  }
  return worst;
}

/** Of a release, its line `begins` stands behind so many lines of it that were told, and all told are its lines in a row. */
function compare(told: readonly LogLine[], before: number, release: string, lines: readonly Kept[], begins: number): string | null {
  const own = told.filter(({ from }) => from === release);
  const first = begins - before;
  const at = own.findIndex(({ text, at: when }, index) => lines[first + index]?.text !== text || Date.parse(lines[first + index]!.stamp) !== when);
  if (at >= 0) return `line ${first + at} of its release is ${JSON.stringify(own[at]!.text.slice(0, 60))}, not ${JSON.stringify(lines[first + at]?.text.slice(0, 60))}`;
  return own.length === before ? "none of its lines comes behind it" : null;
}

/** In the order of the log a line stands where the newest stamp up to it does: a clock set back puts no line before another. */
const beginOf = (lines: readonly Kept[], moment: number): number => newestUpTo(lines).findIndex((stamp) => stamp >= momentStamp(moment));

/** Words for how what was told from a moment on is not what that release said from there on; null: it is. */
export const problemAt = (told: readonly LogLine[], { release, lines }: Truth[number], moment: number): string | null => compare(told, 0, release, lines, beginOf(lines, moment));

function newestUpTo(lines: readonly Kept[]): string[] {
  let newest = "";
  return lines.map(({ stamp }) => (newest = stamp > newest ? stamp : newest));
}

const momentStamp = (at: number): string => `${new Date(at).toISOString().slice(0, -1)}000000Z`;
