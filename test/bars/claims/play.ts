// Random schedules of two or three rows, with cancellations, failures, pauses, hangs, repairs and deaths of the agent.
import { v7 as uuid } from "uuid";
import type { DataPaths } from "../../../agent/src/config/paths.ts";
import { claim } from "../../../agent/src/jobs/index.ts";
import { findJob, type Db, type JobRow } from "../../../agent/src/store/index.ts";
import type { Course } from "./entries.ts";
import { otherOf, places } from "./places.ts";
import type { Random } from "./random.ts";
import { BESIDE_A_DEPLOY, type Row } from "./table.ts";
import { createWorld, type World } from "./world.ts";

const SECOND = 1000;
/** How often a job may need all of its deadlines: what goes on after a death of the agent is given them anew. */
const TURNS = 2;

/** `left`: so many jobs never ended; the store serves nobody else then. */
export type Played = { jobs: number; lives: number; left: number; wrong: string[] };

export async function playSchedule(rows: readonly Row[], random: Random, db: Db, paths: DataPaths): Promise<Played> {
  const world = createWorld(db, paths);
  const crashes = random.chance(0.5);
  world.live(crashes ? random.between(0, 40) : Infinity);
  const asked = rows.flatMap((row) => Array.from({ length: random.between(1, 2) }, () => row));
  const ids: string[] = [];
  const cancelled = new Set<string>();
  let calm = !crashes;
  for (const row of shuffled(asked, random)) {
    if (random.chance(0.6)) await world.forward(random.between(0, 8 * SECOND));
    const id = ask(world, row, random);
    if (id !== null) ids.push(id);
    if (random.chance(0.25)) {
      calm = false;
      world.repair([claim.process(random.one(places), "X")], random.between(0, 5 * SECOND));
    }
    if (ids.length > 0 && random.chance(0.2)) {
      await world.forward(random.between(0, 4 * SECOND));
      const target = random.one(ids);
      const { committed, endedAt } = world.call((runner) => runner.cancel(target))!;
      if (!committed && endedAt === null) cancelled.add(target);
    }
    if (crashes && random.chance(0.2)) world.live(random.between(0, 40));
  }
  const end = world.clock.now() + longest(asked);
  for (let step = SECOND; world.open().length > 0 && world.clock.now() < end; step = Math.min(step * 2, 600 * SECOND)) await world.forward(step);
  const jobs = ids.map((id) => findJob(db, id)!);
  const wrong = [...world.wrong, ...judge(rows, jobs, calm)];
  for (const { id, kind, state } of jobs) if (cancelled.has(id) && state === "succeeded") wrong.push(`${kind} was cancelled in time and has succeeded`);
  const left = world.open().length;
  world.end();
  return { jobs: ids.length, lives: world.lives(), left, wrong };
}

/** All deadlines of the jobs one after the other, and an hour for what they wait for besides; milliseconds. */
const longest = (rows: readonly Row[]) => rows.reduce((total, { deadlines: { run, undo, finish } }) => total + TURNS * (run + undo + finish) * SECOND, 3600 * SECOND);

/** Null: refused, as an act for the whole server is while others run. */
function ask(world: World, row: Row, random: Random): string | null {
  const subject = random.one(places);
  const other = otherOf(subject);
  const course: Course = {
    other,
    run: random.between(0, 10 * SECOND),
    undo: random.between(0, 3 * SECOND),
    finish: random.between(0, 5 * SECOND),
    fails: random.chance(0.1),
    hangs: random.chance(0.03) ? random.one(["run", "undo", "finish"] as const) : null,
    pause: row.pauses && random.chance(0.4) ? random.between(0, 30 * SECOND) : null,
    leaves: random.chance(0.5),
  };
  const id = uuid();
  world.claims.set(id, row.claims(subject, other));
  const made = world.call((runner) => runner.enqueue({ id, kind: row.kind, subject: `${row.kind} of ${subject.serviceId}`, ...subject, input: course }));
  return made?.id ?? null;
}

function judge(rows: readonly Row[], jobs: readonly JobRow[], calm: boolean): string[] {
  const wrong = jobs.filter(({ endedAt }) => endedAt === null).map(({ kind, state }) => `${kind} is ${state} after all that time`);
  for (const { kind, committed, state } of jobs) {
    if (committed !== (state === "succeeded") && state !== "succeeded") wrong.push(`${kind} is ${state} although it was committed`);
  }
  const beside = rows.every(({ kind }) => kind === "deploy" || BESIDE_A_DEPLOY.includes(kind));
  const deploys = jobs.filter(({ kind }) => kind === "deploy");
  // With one deploy alone among them there is nothing else that it could wait for.
  if (calm && beside && deploys.length === 1 && deploys[0]!.startedAt !== deploys[0]!.createdAt) wrong.push("a deploy waited for a backup");
  return wrong;
}

function shuffled<T>(items: readonly T[], random: Random): T[] {
  const left = [...items];
  return Array.from(items, () => left.splice(random.between(0, left.length - 1), 1)[0]!);
}
