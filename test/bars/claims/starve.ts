// A stream of younger jobs that never ends: one that waits for a place in a lane and for claims begins all the same.
import { v7 as uuid } from "uuid";
import type { DataPaths } from "../../../agent/src/config/paths.ts";
import { findJob, type Db } from "../../../agent/src/store/index.ts";
import type { Course } from "./entries.ts";
import { exclude } from "./exclude.ts";
import { otherOf, places } from "./places.ts";
import { table, type Row } from "./table.ts";
import { createWorld, type World } from "./world.ts";

const SECOND = 1000;
/** The job before it, one of its lane before it, and their ends. */
const LIMIT = 20 * SECOND;
const STREAM = 60;

/** Every kind with a lane against a kind without one; answers how long the slowest waited. */
export async function starve(db: Db, paths: DataPaths): Promise<{ pairs: number; slowest: number; wrong: string[] }> {
  let slowest = 0;
  let pairs = 0;
  const wrong: string[] = [];
  for (const row of table.filter(({ lane }) => lane !== null)) {
    const against = table.find((one) => isAgainst(one, row));
    if (against === undefined) continue;
    pairs += 1;
    const waited = await one(createWorld(db, paths), row, against, db);
    slowest = Math.max(slowest, waited);
    if (waited > LIMIT) wrong.push(`${row.kind} waited ${waited / SECOND} s beside a stream of ${against.kind}`);
  }
  return { pairs, slowest, wrong };
}

function isAgainst(one: Row, row: Row): boolean {
  const [subject, other] = [places[0]!, otherOf(places[0]!)];
  // What makes it pointless keeps it from beginning by right.
  return one.lane === null && one.deletes === undefined && one.kind !== "update" && !one.supersedes.includes(row.kind) && exclude(one.claims(subject, other), row.claims(subject, other));
}

async function one(world: World, row: Row, against: Row, db: Db): Promise<number> {
  world.live(Infinity);
  const ask = ({ kind, claims }: Row, subject = places[0]!, run = SECOND) => {
    const course: Course = { other: otherOf(subject), run, undo: 0, finish: 0, fails: false, hangs: null, pause: null, leaves: false };
    const id = uuid();
    world.claims.set(id, claims(subject, course.other));
    return world.call((runner) => runner.enqueue({ id, kind, subject: kind, ...subject, input: course }))!.id;
  };
  ask(against, places[0], 2 * SECOND);
  const id = ask(row);
  for (let turn = 0; turn < STREAM; turn += 1) {
    ask(against, places[0], 900);
    // Others of the same lane, which nothing but the lane stops.
    ask(row, places[2], 1500);
    await world.forward(SECOND);
  }
  const { startedAt, createdAt } = findJob(db, id)!;
  const waited = (startedAt ?? world.clock.now()) - createdAt;
  await world.forward(3600 * SECOND);
  world.end();
  return waited;
}
