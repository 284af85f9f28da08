// What was found, killed and wrong, of each kind and each damage.
import type { BarResult } from "../frame.ts";
import type { Case } from "./cases.ts";
import type { Kill } from "./kill.ts";
import type { Spot } from "./moments.ts";

type Sum = { moments: number; points: number; kills: number; wrong: number; seconds: number; slowest: number };
type Missed = { one: Case; spot: Spot };
type Told = { short: boolean; cases: number; shapes: number; minutes: string; limitSeconds: number };

export function createTally(say: (line: string) => void) {
  const sums = new Map<string, Sum>();
  const problems: string[] = [];
  const names = new Set<string>();
  const reached = new Set<string>();
  const missed: Missed[] = [];
  /** Effects that somebody was killed at, before or after, by the line that raises them. */
  const effects = new Set<string>();
  let earlier = 0;

  function sumOf({ what }: Case): Sum {
    const known = sums.get(what) ?? { moments: 0, points: 0, kills: 0, wrong: 0, seconds: 0, slowest: 0 };
    sums.set(what, known);
    return known;
  }
  function wrong(line: string) {
    problems.push(line);
    say(`  wrong: ${line}`);
  }
  const effectsOf = ({ covers }: Spot) => covers.map((point) => point.split(" ", 2).join(" "));
  /** What stood from earlier stories, or who came first, decides about a few effects; none may have been killed in no story at all. */
  const isLost = ({ spot }: Missed) => !effectsOf(spot).every((effect) => effects.has(effect));
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
        missed.push({ one, spot });
        return;
      }
      sum.kills += 1;
      sum.slowest = Math.max(sum.slowest, kill.seconds);
      sum.wrong += kill.problems.length > 0 ? 1 : 0;
      names.add(spot.moment.point);
      for (const effect of effectsOf(spot)) effects.add(effect);
      for (const problem of kill.problems) wrong(`${one.name} at ${spot.moment.point} from ${spot.moment.place}: ${problem}`);
    },
    /** In an earlier part of a run that was cut. */
    killedBefore(spots: readonly Spot[]) {
      earlier = spots.length;
      for (const spot of spots) for (const effect of effectsOf(spot)) effects.add(effect);
    },
    tellEach() {
      for (const one of missed) say(`  ${isLost(one) ? "in the recording only" : "killed in other stories only"}: ${one.one.name} at ${one.spot.covers.join(" | ")}`);
      for (const [what, { moments, points, kills, wrong: bad, seconds, slowest }] of sums) {
        say(`${what}: ${kills} kills at ${moments} moments (${points} points), ${bad} wrong, slowest ${slowest.toFixed(1)} s, ${(seconds / 60).toFixed(1)} min of one agent`);
      }
    },
    result({ short, cases, shapes, minutes, limitSeconds }: Told): BarResult {
      const kills = total((sum) => sum.kills) + earlier;
      const moments = total((sum) => sum.moments);
      const lost = missed.filter(isLost).length;
      const figure = `crash-all: killed at ${kills} of ${moments} distinct moments (${total((sum) => sum.points)} points before, in and after effects, ${names.size} of different names) of ${cases} stories in ${shapes} shapes; ${problems.length} wrong`;
      if (short) return { ok: problems.length === 0 && kills > 0, figure };
      const slowest = Math.max(0, ...all().map((sum) => sum.slowest));
      return { ok: problems.length === 0 && lost === 0 && kills > 0 && kills + missed.length === moments, figure: `${figure}, ${missed.length - lost} moments not reached again whose effect was killed in other stories, ${lost} that came in the recording only, slowest ${slowest.toFixed(1)} s (allowed ${limitSeconds} s), ${minutes} min${earlier > 0 ? ` for the last part, ${earlier} killed in earlier ones` : ""}` };
    },
  };
}
