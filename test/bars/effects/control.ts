// Orders for an agent that was started with preload.ts, given while it runs.
import { readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

export type Order = {
  /** Another order begins to count anew. */
  id: string;
  /** Dies the `nth` time that this point is reached. */
  point?: string;
  nth?: number;
  record?: boolean;
};

/** A point and which time: as a run that was recorded reached it. */
export type Moment = { point: string; nth: number };

export type Control = {
  /** For `startAgentProcess`. */
  options: { node: string[]; env: Record<string, string> };
  killAt: (moment: Moment) => void;
  nothing: () => void;
  record: () => void;
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
    options: { node: ["--import", join(import.meta.dirname, "preload.ts")], env: { AEROPLANE_EFFECTS: file } },
    killAt: ({ point, nth }) => order({ point, nth }),
    nothing: () => order({}),
    record() {
      rmSync(`${file}.record`, { force: true });
      order({ record: true });
    },
    recorded() {
      const seen = new Map<string, number>();
      return lines(`${file}.record`).map((point) => {
        const nth = (seen.get(point) ?? 0) + 1;
        seen.set(point, nth);
        return { point, nth };
      });
    },
    outside: () => [...new Set(lines(`${file}.outside`))],
  };
}
