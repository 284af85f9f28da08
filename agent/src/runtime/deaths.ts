import type { Service } from "../../contract/index.ts";
import type { ContainerFacts } from "../docker/container.ts";
import type { ContainerEvent } from "../docker/events.ts";

/** So many deaths within so long are a loop; it is over when the app has stayed up for as long. */
const LOOP_DEATHS = 3;
const LOOP_MS = 120_000;
/** Of a process that was taken and the end of the whole. */
const SHORT_MS = 5000;
/** Of each of its last lines, which are kept for every instance that died, and go with every list of services. */
const LONGEST_LINE = 2000;

type Watched = {
  serviceId: string;
  container: string;
  recent: number[];
  count: number;
  lastAt: number;
  lastExitCode: number | null;
  /** When its process began last, as far as anybody looked. */
  startedAt: number;
  /** The last end was what a job had asked for. */
  asked: boolean;
  /** When the kernel took a process of it for want of memory, and whether it ended of that. */
  shortAt: number;
  outOfMemory: boolean;
  lastLines: string[];
  loopingSince: number | null;
  recovery: NodeJS.Timeout | null;
};

/** `outOfMemory`: the last one was for want of memory. */
export type Crashes = Omit<NonNullable<Service["crashes"]>, "outOfMemory"> & { outOfMemory: boolean };

export type Deaths = {
  /** What the container of an instance did while nobody looked. */
  meet(serviceId: string, facts: ContainerFacts): void;
  onEvent(serviceId: string, event: ContainerEvent): void;
  /** Since when it keeps dying; null: it does not. */
  loopingSince(container: string | null): number | null;
  /** When its process ended last; 0: not while anybody looked. */
  lastAt(container: string | null): number;
  /** The code that its process ended with last; null: not while anybody looked. */
  lastExit(container: string | null): number | null;
  /** Its process ended last because a job had asked it to. */
  wasAsked(container: string | null): boolean;
  /** Of all the instances of a release together. */
  crashes(containers: (string | null)[]): Crashes | null;
  close(): void;
};

/** Counts how often the containers of instances die. In memory: Docker itself remembers its restarts over a life of the agent. */
export function createDeaths(deps: {
  readLines: (container: string) => Promise<string[]>;
  changed: (serviceId: string) => void;
  /** The containers of its instances now; of others nothing is remembered. */
  containersOf: (serviceId: string) => (string | null)[];
  /** When a job asked its process to end last; 0: never. Such an end is no death. */
  askedToEndAt: (container: string) => number;
}): Deaths {
  const watched = new Map<string, Watched>();

  function watch(serviceId: string, container: string): Watched {
    const known = watched.get(container);
    if (known !== undefined) return known;
    const standing = deps.containersOf(serviceId);
    for (const one of watched.values()) if (one.serviceId === serviceId && !standing.includes(one.container)) forget(one);
    const fresh: Watched = { serviceId, container, recent: [], count: 0, lastAt: 0, lastExitCode: null, startedAt: 0, asked: false, shortAt: -Infinity, outOfMemory: false, lastLines: [], loopingSince: null, recovery: null };
    watched.set(container, fresh);
    return fresh;
  }
  function forget({ container, recovery }: Watched) {
    if (recovery) clearTimeout(recovery);
    watched.delete(container);
  }

  async function tellLines(one: Watched) {
    const lines = await deps.readLines(one.container).catch(() => null);
    if (lines !== null) one.lastLines = lines.map(cut);
    deps.changed(one.serviceId);
  }
  function loop(one: Watched, since: number) {
    one.loopingSince ??= since;
    deps.changed(one.serviceId);
  }
  /** Up for long enough ends the loop. */
  function recoverIn(one: Watched, ms: number) {
    if (one.recovery) clearTimeout(one.recovery);
    one.recovery = setTimeout(() => {
      one.recovery = null;
      one.loopingSince = null;
      one.recent = [];
      deps.changed(one.serviceId);
    }, ms).unref();
  }

  return {
    meet(serviceId, facts) {
      const one = watch(serviceId, facts.id);
      one.startedAt = facts.startedAt;
      if (!facts.running && !facts.restarting && facts.startedAt > 0) {
        one.lastExitCode = facts.exitCode;
        one.asked = deps.askedToEndAt(facts.id) > facts.startedAt;
      }
      if (facts.restarts <= one.count) return;
      one.count = facts.restarts;
      one.lastAt = facts.startedAt;
      one.lastExitCode = facts.exitCode;
      one.outOfMemory = facts.outOfMemory;
      const up = Date.now() - facts.startedAt;
      if (facts.restarts >= LOOP_DEATHS && (facts.restarting || up < LOOP_MS)) {
        loop(one, Date.now());
        if (facts.running) recoverIn(one, LOOP_MS - up);
      }
      void tellLines(one);
    },
    onEvent(serviceId, { action, id, exitCode, at }) {
      const one = watch(serviceId, id);
      if (action === "start") one.startedAt = at;
      if (action === "start" && one.loopingSince !== null) return recoverIn(one, LOOP_MS);
      if (action === "oom") one.shortAt = at;
      if (action !== "die") return;
      if (one.recovery) clearTimeout(one.recovery);
      one.recovery = null;
      one.lastAt = at;
      one.lastExitCode = exitCode;
      one.asked = deps.askedToEndAt(id) > one.startedAt;
      if (one.asked) return deps.changed(serviceId);
      one.count += 1;
      one.outOfMemory = at - one.shortAt < SHORT_MS;
      one.recent = [...one.recent, at].filter((time) => time > at - LOOP_MS);
      if (one.recent.length >= LOOP_DEATHS) loop(one, at);
      void tellLines(one);
    },
    loopingSince: (container) => (container === null ? null : (watched.get(container)?.loopingSince ?? null)),
    lastAt: (container) => (container === null ? 0 : (watched.get(container)?.lastAt ?? 0)),
    lastExit: (container) => (container === null ? null : (watched.get(container)?.lastExitCode ?? null)),
    wasAsked: (container) => container !== null && watched.get(container)?.asked === true,
    crashes(containers) {
      const died = containers.flatMap((container) => (container === null ? [] : (watched.get(container) ?? []))).filter(({ count }) => count > 0);
      const last = died.toSorted((a, b) => a.lastAt - b.lastAt).at(-1);
      if (last === undefined) return null;
      return { count: died.reduce((sum, { count }) => sum + count, 0), lastExitCode: last.lastExitCode, lastLines: last.lastLines, outOfMemory: last.outOfMemory };
    },
    close() {
      for (const one of [...watched.values()]) forget(one);
    },
  };
}

const cut = (line: string): string => (line.length > LONGEST_LINE ? `${line.slice(0, LONGEST_LINE).toWellFormed()}…` : line);
