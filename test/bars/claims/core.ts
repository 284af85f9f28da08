// The scheduling core by itself: every pair and triple of rows, in every place, with every set of them that may run.
import type { Claim } from "../../../agent/src/jobs/index.ts";
import { LANES, schedule, type Lane, type Waiting } from "../../../agent/src/jobs/schedule.ts";
import { exclude } from "./exclude.ts";
import { otherOf, places } from "./places.ts";
import { combinations, type Row } from "./table.ts";

type One = { id: string; claims: readonly Claim[]; lane: Lane | null; passedOver: boolean };

/** Answers how many states were looked at, and what was wrong with any. */
export function checkCore(step: number): { states: number; wrong: string[] } {
  let states = 0;
  const wrong: string[] = [];
  combinations().forEach((rows, number) => {
    if (number % step !== 0) return;
    for (const jobs of placed(rows)) {
      for (let running = 0; running < 2 ** jobs.length; running += 1) {
        const runs = jobs.filter((_, index) => running & (2 ** index));
        if (!mayRun(runs)) continue;
        const queued = jobs.filter((_, index) => !(running & (2 ** index)));
        states += 1;
        for (const fault of faults(queued, runs)) wrong.push(`${rows.map(({ kind }) => kind).join(", ")} with ${runs.map(({ id }) => id).join(", ") || "none"} running: ${fault}`);
      }
    }
  });
  return { states, wrong };
}

/** The rows at every choice of places; every second time one that a free place has passed over before. */
function placed(rows: readonly Row[]): One[][] {
  let all: One[][] = [[]];
  rows.forEach(({ kind, claims, lane }, index) => {
    const own = places.map((subject, place): One => ({ id: `${kind} ${index} at ${subject.serviceId}`, claims: claims(subject, otherOf(subject)), lane, passedOver: (index + place) % 2 === 1 }));
    all = all.flatMap((before) => own.map((one) => [...before, one]));
  });
  return all;
}

function mayRun(jobs: readonly One[]): boolean {
  if (jobs.some((one, index) => jobs.slice(index + 1).some((other) => exclude(one.claims, other.claims)))) return false;
  return (Object.keys(LANES) as Lane[]).every((lane) => jobs.filter((job) => job.lane === lane).length <= LANES[lane]);
}

function faults(queued: readonly Waiting[], running: readonly One[]): string[] {
  const { start, passedOver, held } = schedule(queued, running);
  const begun = queued.filter(({ id }) => start.includes(id));
  const found: string[] = [];
  if (!mayRun([...running, ...(begun as One[])])) found.push(`${start.join(" and ")} may not run beside each other`);
  queued.forEach((job, index) => {
    if (start.includes(job.id)) return;
    const reserves = job.lane === null || job.passedOver || passedOver.includes(job.id);
    const passed = queued.slice(index + 1).find((younger) => start.includes(younger.id) && exclude(job.claims, younger.claims));
    if (reserves && passed) found.push(`${passed.id} passes ${job.id}`);
    if (reserves && held.free(job.claims) && job.claims.length > 0 && isExclusive(job)) found.push(`${job.id} waits and reserves nothing`);
  });
  // Whoever is first and meets nobody that runs is never left waiting.
  const first = queued[0];
  if (first && !start.includes(first.id) && mayRun([...running, first as One])) found.push(`${first.id} could begin and does not`);
  return found;
}

const isExclusive = ({ claims }: Pick<One, "claims">) => claims.some(({ mode }) => mode === "X");
