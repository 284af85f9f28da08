import { atOnce } from "../deploy/at-once.ts";
import { inspectContainer } from "../docker/container.ts";
import type { Docker } from "../docker/client.ts";
import { groupReached, type Reached } from "../host/usage.ts";
import type { Clock } from "../jobs/index.ts";
import { allServing, findInstance, type Db } from "../store/index.ts";
import type { Sightings } from "./sightings.ts";

const EVERY_MS = 10_000;
const AT_ONCE = 4;
/** Where the kernel's files of a process cannot be read, Docker is asked as often whether it has another one by now. */
const PID_AGAIN_MS = 60_000;

type Known = { container: string; pid: number; foundAt: number; reached: Reached };
type ReachedDeps = {
  db: Db;
  docker: Docker;
  sightings: Pick<Sightings, "unseen">;
  clock: Clock;
  signal: AbortSignal;
  changed: (serviceId: string) => void;
};
type Readers = { group: typeof groupReached; pidOf: (docker: Docker, container: string) => Promise<number> };
const readers: Readers = { group: groupReached, pidOf: async (docker, container) => (await inspectContainer(docker, container))?.pid ?? 0 };

export type ReachedLimits = {
  start(): void;
  /** Null: nothing is known. */
  of(instanceId: string): Reached | null;
  /** Its process ended, and the kernel counts anew. */
  forget(instanceId: string): void;
  idle(): Promise<unknown>;
};

/** Which limits the instances that serve have run into without ending of it: two small files of each, every ten seconds. */
export function createReached({ db, docker, sightings, clock, signal, changed }: ReachedDeps, from: Readers = readers): ReachedLimits {
  const known = new Map<string, Known>();
  let going: Promise<unknown> = Promise.resolve();

  async function look(id: string, serviceId: string) {
    const container = findInstance(db, id)?.containerId ?? null;
    if (container === null || sightings.unseen(id) !== null) return;
    const before = known.get(id);
    const one = before?.container === container ? before : { container, pid: 0, foundAt: Number.NEGATIVE_INFINITY, reached: { memory: 0, processes: 0 } };
    known.set(id, one);
    const reached = (one.pid === 0 ? null : await from.group(container, one.pid)) ?? (await ofAnother(one));
    // It ended meanwhile, or cannot be seen from here.
    if (reached === null || known.get(id) !== one) return;
    const tells = (Object.keys(reached) as (keyof Reached)[]).some((what) => (one.reached[what] === 0) !== (reached[what] === 0));
    one.reached = reached;
    if (tells) changed(serviceId);
  }
  /** It is not known yet, or that which was has ended, and nobody told. */
  async function ofAnother(one: Known): Promise<Reached | null> {
    const now = clock.now();
    if (now - one.foundAt < PID_AGAIN_MS && now >= one.foundAt) return null;
    one.foundAt = now;
    one.pid = await from.pidOf(docker, one.container);
    return one.pid === 0 ? null : from.group(one.container, one.pid);
  }
  async function round() {
    const serving = allServing(db);
    const ids = new Set(serving.map(({ id }) => id));
    for (const id of known.keys()) if (!ids.has(id)) known.delete(id);
    await atOnce(serving, AT_ONCE, ({ id, serviceId }) => (signal.aborted ? Promise.resolve() : look(id, serviceId).catch(() => {})));
  }
  function tick() {
    if (signal.aborted) return;
    going = round().finally(() => clock.after(EVERY_MS, tick));
  }

  return {
    start: () => void clock.after(EVERY_MS, tick),
    of: (id) => known.get(id)?.reached ?? null,
    forget: (id) => void known.delete(id),
    idle: () => going,
  };
}
