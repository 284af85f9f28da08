// The agent is killed before and after every side effect of every kind of job and every repair, for every shape of service.
import { startGitServer } from "../world/git/server.ts";
import { beginRun, endRun } from "../world/run.ts";
import { allShapes } from "./acts/shapes.ts";
import type { Moment } from "./effects/control.ts";
import { bar } from "./frame.ts";
import { casesOf, plainStart, untold, type Case } from "./crash-all/cases.ts";
import { effectNames, unreached } from "./crash-all/effect-names.ts";
import { LIMIT_SECONDS, openSeat, type Kill, type Seat } from "./crash-all/kill.ts";
import type { Spot } from "./crash-all/moments.ts";
import { createParts } from "./crash-all/parts.ts";
import { createTally } from "./crash-all/tally.ts";
import { evenly, inOrder, kindOf, portions, spotsOfEach } from "./crash-all/todo.ts";

/** Agents side by side, each with a folder of its own: most of a kill is waiting. */
const SEATS = Number(process.env.CRASH_SEATS ?? 4);
const SHORT_SPOTS = 4;
/** Kills that one seat takes at a time. */
const PORTION = 8;
/** Nothing is begun after so long, to look at a part of it. */
const STOP_MS = Number(process.env.CRASH_MINUTES ?? Infinity) * 60_000;
/** What comes beside a story comes now before a point and now after it. */
const TRIES = 3;

export default bar({
  name: "crash-all",
  minutes: 60,
  run: async (context) => {
    const { short, say, cleanup, signal } = context;
    const begun = performance.now();
    const minutes = () => ((performance.now() - begun) / 60_000).toFixed(1);
    const world = await beginRun();
    cleanup(() => endRun(world.folder));
    const git = await startGitServer(world, "127.0.0.1");
    const shapes = allShapes(git, world.name).slice(0, short ? 1 : undefined);
    const seats = await Promise.all(Array.from({ length: short ? 1 : SEATS }, (_, at) => openSeat(context, world.folder, `crash-${at + 1}`)));
    const tally = createTally(say);
    for (const line of untold(allShapes(git, world.name))) tally.wrong(line);

    async function share<T>(items: Iterable<T>, work: (seat: Seat, item: T) => Promise<void>): Promise<void> {
      const next = items[Symbol.iterator]();
      const takeAll = async (seat: Seat) => {
        for (let one = next.next(); !one.done; one = next.next()) {
          signal.throwIfAborted();
          await work(seat, one.value);
        }
      };
      await Promise.all(seats.map(takeAll));
    }

    /** What cannot even be told is wrong, and the next story finds an agent and a service of its own. */
    async function orWrong<T, Else>(seat: Seat, one: Case, act: () => Promise<T>, otherwise: Else): Promise<T | Else> {
      return act().catch(async (error: Error) => {
        signal.throwIfAborted();
        tally.wrong(`${one.name}: ${error.message}`);
        await seat.anew(one, true).catch((again: Error) => tally.wrong(`${one.name}, and after it: ${again.message}`));
        return otherwise;
      });
    }

    const plain = shapes.map(plainStart);
    const all = [...plain, ...shapes.flatMap(casesOf)];
    const only = new RegExp(process.env.CRASH_ONLY ?? "");
    const cases = short ? [casesOf(shapes[0]!)[0]!] : all.filter(({ name }) => only.test(name));
    // Which moments are a story's own does not depend on which stories are wanted.
    const needed = all.filter((other) => cases.some((one) => kindOf(one) === kindOf(other) || (plain.includes(other) && one.shape.is === other.shape.is)));
    const recorded = new Map<Case, Moment[]>();
    const told = short ? [...plain, ...cases] : needed;
    await share(told, async (seat, one) => {
      recorded.set(one, await orWrong(seat, one, () => seat.record(one), []));
    });
    const spotsOf = spotsOfEach(recorded, told, plain);
    const wanted = inOrder(spotsOf).filter(({ one }) => cases.includes(one));
    const parts = createParts(process.env.CRASH_DONE);
    const todo = short ? evenly(wanted, SHORT_SPOTS) : wanted.filter((one) => !parts.isDone(one));
    if (!short) tally.killedBefore(wanted.filter(parts.isDone).map(({ spot }) => spot));
    for (const one of cases) tally.found(one, spotsOf.get(one)!);
    if (!short) say(`${wanted.length} distinct moments in ${cases.length} stories, ${todo.length} to be killed at, found after ${minutes()} min`);
    await share(portions(todo, PORTION), async (seat, portion) => {
      for (const { one, spot } of portion) {
        signal.throwIfAborted();
        if (performance.now() - begun > STOP_MS) return;
        const since = performance.now();
        const kill = await orWrong(seat, one, () => killAt(seat, one, spot), null);
        if (kill?.died && kill.problems.length === 0) parts.keep({ one, spot });
        if (kill !== null) tally.killed(one, spot, kill, (performance.now() - since) / 1000);
      }
    });
    if (!short && process.env.CRASH_ONLY === undefined) for (const name of unreached(effectNames(), tally.points())) tally.wrong(`no story comes to the effect ${name}`);
    for (const line of new Set(seats.flatMap((seat) => seat.outside()))) tally.wrong(`changed outside of an effect: ${line}`);
    if (!short) tally.tellEach();
    return tally.result({ short, cases: cases.length, shapes: shapes.length, minutes: minutes(), limitSeconds: LIMIT_SECONDS });
  },
});

async function killAt(seat: Seat, one: Case, { moment }: Spot): Promise<Kill> {
  let kill = await seat.kill(one, moment);
  for (let tries = 1; !kill.died && tries < TRIES; tries += 1) {
    const isLast = tries === TRIES - 1;
    await seat.anew(one, isLast);
    kill = await seat.kill(one, isLast ? { ...moment, byLine: true } : moment);
  }
  return kill;
}
