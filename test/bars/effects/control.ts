// Orders for an agent that was started with preload.ts, given while it runs.
import { readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";

export type Order = {
  /** Another order begins to count anew. */
  id: string;
  /** Dies the `nth` time that this point is reached; with a place, so often from there. */
  point?: string;
  place?: string;
  /** Only its innermost line is asked for: which calls led there can depend on who came first. */
  byLine?: boolean;
  nth?: number;
  record?: boolean;
};

/** A point, from where, and which time from there: as a run that was recorded reached it. */
export type Moment = { point: string; place?: string; byLine?: boolean; nth: number };

export type Control = {
  /** For `startAgentProcess`. */
  options: { node: string[]; env: Record<string, string> };
  killAt: (moment: Moment) => void;
  nothing: () => void;
  record: () => void;
  /** Of the recording: it grows while anything changes. */
  size: () => number;
  /** What was recorded since, in order. */
  recorded: () => Moment[];
  /** Changes that no effect was around. */
  outside: () => string[];
};

export function createControl(folder: string, name: string): Control {
  const file = join(folder, `${name}.order`);
  let count = 0;
  function order(what: Omit<Order, "id">) {
    count += 1;
    writeFileSync(`${file}.new`, JSON.stringify({ id: String(count), ...what } satisfies Order));
    renameSync(`${file}.new`, file);
  }
  const lines = (path: string) => {
    try {
      return readFileSync(path, "utf8").split("\n").filter(Boolean);
    } catch {
      return [];
    }
  };
  order({});
  return {
    options: { node: ["--import", join(import.meta.dirname, "preload.ts")], env: { AEROPLANE_EFFECTS: file, NODE_COMPILE_CACHE: join(folder, "compiled") } },
    killAt: ({ point, place, byLine, nth }) => order({ point, place, byLine, nth }),
    nothing: () => order({}),
    record() {
      rmSync(`${file}.record`, { force: true });
      order({ record: true });
    },
    size: () => statSync(`${file}.record`, { throwIfNoEntry: false })?.size ?? 0,
    recorded() {
      const seen = new Map<string, number>();
      return lines(`${file}.record`).map((line) => {
        const [point = "", place = ""] = line.split("\t");
        const nth = (seen.get(line) ?? 0) + 1;
        seen.set(line, nth);
        return { point, place, nth };
      });
    },
    outside: () => [...new Set(lines(`${file}.outside`))],
  };
}
