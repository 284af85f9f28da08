// Searches on the agent, page by page to the end of what is kept.
import type { LogFilter, LogLine } from "../../../agent/contract/index.ts";
import type { AgentProcess } from "../agent-process.ts";
import type { Kept } from "./kept.ts";
import type { Planted } from "./planted.ts";

export type Client = AgentProcess["client"];
/** What is kept of each release, oldest release first. */
export type Truth = { release: string; lines: Kept[] }[];

export type Searched = { lines: LogLine[]; calls: number; /** Milliseconds of the slowest call. */ worst: number; ms: number };

export async function searchAll(client: Client, id: string, filter: LogFilter, { limit = 1000, signal }: { limit?: number; signal: AbortSignal }): Promise<Searched> {
  const pages: LogLine[][] = [];
  let [calls, worst] = [0, 0];
  const begun = performance.now();
  for (let before: string | undefined | null; before !== null; ) {
    const from = performance.now();
    const page = await client.services.history({ id, ...(before === undefined ? {} : { before }), filter, limit }, { signal });
    worst = Math.max(worst, performance.now() - from);
    calls += 1;
    pages.push(page.lines);
    ({ before } = page);
  }
  return { lines: pages.reverse().flat(), calls, worst, ms: performance.now() - begun };
}

/** Of each release its lines that are wanted, as they stand there. */
export const linesOf = (truth: Truth, wanted: (line: Kept) => boolean): Truth => truth.map(({ release, lines }) => ({ release, lines: lines.filter(wanted) }));

/** Words for how what was found differs from what has to be; null: in nothing. Releases may overlap, but each has its own order. */
export function difference(found: readonly LogLine[], expected: Truth): string | null {
  const foreign = found.find(({ from }) => !expected.some(({ release }) => release === from));
  if (foreign !== undefined) return `a line of ${foreign.from}, which is no release of it`;
  for (const [index, { release, lines }] of expected.entries()) {
    const own = found.filter(({ from }) => from === release);
    const at = lines.findIndex((line, place) => own[place]?.text !== line.text || own[place]?.at !== Date.parse(line.stamp) || own[place]?.stream !== line.stream);
    if (at >= 0) return `release ${index + 1}: ${own.length} of ${lines.length} lines, line ${at} is ${shown(own[at]?.text)} where ${shown(lines[at]!.text)} belongs`;
    if (own.length > lines.length) return `release ${index + 1}: ${own.length - lines.length} lines too many, first ${shown(own[lines.length]!.text)}`;
  }
  return null;
}

const shown = (text: string | undefined): string => (text === undefined ? "nothing" : JSON.stringify(text.length > 80 ? `${text.slice(0, 80)}…` : text));

/** The lines that a planted word has to find, by their marks. */
export function hitsOf({ hits }: Planted, truth: Truth): Truth {
  return linesOf(truth, ({ text }) => hits.some((mark) => text.includes(mark)));
}
