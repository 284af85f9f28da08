// What was found, killed and wrong, of each kind and each damage.
import type { BarResult } from "../frame.ts";
import type { Case } from "./cases.ts";
import type { Kill } from "./kill.ts";
import type { Spot } from "./moments.ts";

type Sum = { moments: number; points: number; kills: number; missed: Spot[]; wrong: number; seconds: number; slowest: number };
type Told = { short: boolean; cases: number; shapes: number; minutes: string; limitSeconds: number };

export function createTally(say: (line: string) => void) {
  const sums = new Map<string, Sum>();
  const problems: string[] = [];
  const names = new Set<string>();
  const reached = new Set<string>();

  function sumOf({ what }: Case): Sum {
    const known = sums.get(what) ?? { moments: 0, points: 0, kills: 0, missed: [], wrong: 0, seconds: 0, slowest: 0 };
    sums.set(what, known);
    return known;
  }
  function wrong(line: string) {
    problems.push(line);
    say(`  wrong: ${line}`);
  }
  const all = () => [...sums.values()];
  const total = (of: (sum: Sum) => number) => all().reduce((sum, one) => sum + of(one), 0);

  return {
    wrong,
    /** Every point that a recording came to, by its name. */
    points: () => reached,
    found(one: Case, spots: readonly Spot[]) {
      for (const { covers } of spots) for (const point of covers) reached.add(point.split(" ")[0]!);
      const sum = sumOf(one);
      sum.moments += spots.length;
      sum.points += spots.reduce((points, { covers }) => points + covers.length, 0);
    },
    killed(one: Case, spot: Spot, kill: Kill, seconds: number) {
      const sum = sumOf(one);
      sum.seconds += seconds;
      if (!kill.died) {
        sum.missed.push(spot);
        say(`  not reached again: ${one.name} at ${spot.covers.join(" | ")}`);
        return;
      }
      sum.kills += 1;
      sum.slowest = Math.max(sum.slowest, kill.seconds);
      sum.wrong += kill.problems.length > 0 ? 1 : 0;
      names.add(spot.moment.point);
      for (const problem of kill.problems) wrong(`${one.name} at ${spot.moment.point} from ${spot.moment.place}: ${problem}`);
    },
    tellEach() {
      for (const [what, { moments, points, kills, wrong: bad, seconds, slowest }] of sums) {
        say(`${what}: ${kills} kills at ${moments} moments (${points} points), ${bad} wrong, slowest ${slowest.toFixed(1)} s, ${(seconds / 60).toFixed(1)} min of one agent`);
      }
    },
    result({ short, cases, shapes, minutes, limitSeconds }: Told): BarResult {
      const kills = total((sum) => sum.kills);
      const moments = total((sum) => sum.moments);
      const missed = total((sum) => sum.missed.length);
      const figure = `crash-all: killed at ${kills} of ${moments} distinct moments (${total((sum) => sum.points)} points before, in and after effects, ${names.size} of different names) of ${cases} stories in ${shapes} shapes; ${problems.length} wrong`;
      if (short) return { ok: problems.length === 0 && kills > 0, figure };
      const slowest = Math.max(0, ...all().map((sum) => sum.slowest));
      return { ok: problems.length === 0 && kills > 0 && kills === moments, figure: `${figure}, ${missed} moments not reached again, slowest ${slowest.toFixed(1)} s (allowed ${limitSeconds} s), ${minutes} min` };
    },
  };
}
