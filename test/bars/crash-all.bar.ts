// The agent is killed before and after every side effect of every kind of job and every repair, for every shape of service.
import { startGitServer } from "../world/git/server.ts";
import { beginRun, endRun } from "../world/run.ts";
import { actKinds } from "./acts/kinds.ts";
import { REPAIRS } from "./acts/repairs.ts";
import { createShapes } from "./acts/shapes.ts";
import { bar } from "./frame.ts";
import type { Moment } from "./effects/control.ts";
import { evenly, everyPoint, LIMIT_SECONDS, openSeat, type Case, type Kill } from "./crash-all/kill.ts";

/** Agents side by side, each with a folder of its own. */
const SEATS = 2;
const SHORT_POINTS = 4;
/** So many kills of one case at most (CRASH_MOST: of every case): each point first, then evenly over all moments. */
const MOST = { kind: 36, repair: 14, otherShape: 10 };
const most = Number(process.env.CRASH_MOST ?? 0);

export default bar({
  name: "crash-all",
  minutes: 40,
  run: async (context) => {
    const { short, say, cleanup, signal } = context;
    const world = await beginRun();
    cleanup(() => endRun(world.folder));
    const git = await startGitServer(world, "127.0.0.1");
    const shapes = createShapes(git, world.name);
    const { kinds, unknown } = actKinds();
    const wrong = unknown.map((kind) => `nobody has said how the kind ${kind} begins`);
    for (const line of wrong) say(`  wrong: ${line}`);

    const cases: Case[] = shapes.flatMap((shape) => [
      ...kinds.map((act) => ({ name: `${act.kind} of ${shape.shape}`, shape, act })),
      ...REPAIRS.filter(({ needsProcess }) => !needsProcess || shape.shape !== "site").map((repair) => ({ name: `${repair.name}, ${shape.shape}`, shape, repair })),
    ]);
    const wanted = process.env.CRASH_ONLY;
    const todo = short ? [cases[0]!] : cases.filter(({ name }) => wanted === undefined || new RegExp(wanted).test(name));
    /** What the first shape went through is new in another one only where other points are reached. */
    const covered = new Map<string, Set<string>>();
    function pick({ act, repair, shape }: Case, found: Moment[]): Moment[] {
      const what = act?.kind ?? repair!.name;
      const known = covered.get(what) ?? new Set();
      covered.set(what, new Set([...known, ...found.map(({ point }) => point)]));
      const fresh = found.filter(({ point }) => !known.has(point));
      const isFirst = shape === shapes[0] || fresh.length === found.length;
      return everyPoint(isFirst ? found : [...fresh, ...evenly(found, 3)], most || (isFirst ? MOST[act ? "kind" : "repair"] : MOST.otherShape));
    }
    const next = todo[Symbol.iterator]();
    const kills: Kill[] = [];
    let moments = 0;
    let done = 0;
    const outside = new Set<string>();
    async function work(seatNumber: number): Promise<void> {
      const seat = await openSeat(context, world.folder, `crash-${seatNumber}`);
      for (const one of next) {
        signal.throwIfAborted();
        const found = await seat.momentsOf(one);
        moments += found.length;
        const own: Kill[] = [];
        for (const moment of short ? evenly(found, SHORT_POINTS) : pick(one, found)) {
          signal.throwIfAborted();
          own.push(await seat.kill(one, moment));
        }
        kills.push(...own);
        done += 1;
        const bad = own.flatMap(({ moment, problems }) => problems.map((problem) => `${one.name} at ${moment.point} ${moment.nth}: ${problem}`));
        wrong.push(...bad);
        for (const line of bad) say(`  wrong: ${line}`);
        const slowest = Math.max(0, ...own.map(({ seconds }) => seconds));
        if (!short) say(`${done} of ${todo.length}: ${one.name}: ${own.filter(({ died }) => died).length} kills at ${found.length} moments, slowest ${slowest.toFixed(1)} s`);
      }
      for (const line of seat.outside()) outside.add(line);
    }
    await Promise.all(Array.from({ length: short ? 1 : SEATS }, (_, at) => work(at + 1)));
    for (const line of outside) say(`  wrong: changed outside of an effect: ${line}`);

    const died = kills.filter((kill) => kill.died);
    const slowest = Math.max(0, ...died.map(({ seconds }) => seconds));
    const missed = kills.length - died.length;
    return {
      ok: wrong.length === 0 && outside.size === 0 && died.length > 0,
      figure:
        `crash-all: ${died.length} kills at ${moments} moments of ${todo.length} cases (${kinds.length} kinds, ${REPAIRS.length} repairs, ${shapes.length} shapes), ${new Set(died.map(({ moment }) => moment.point)).size} different points; ${wrong.length} wrong, ${outside.size} changes outside of an effect` +
        (short ? "" : `, slowest ${slowest.toFixed(1)} s (allowed ${LIMIT_SECONDS} s), ${missed} moments not reached again`),
    };
  },
});
