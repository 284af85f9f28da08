import type { Service } from "../../contract/index.ts";
import type { ContainerFacts } from "../docker/container.ts";
import type { ContainerEvent } from "../docker/events.ts";

/** So many deaths within so long are a loop; it is over when the app has stayed up for as long. */
const LOOP_DEATHS = 3;
const LOOP_MS = 120_000;

type Watched = {
  container: string;
  recent: number[];
  count: number;
  lastExitCode: number | null;
  lastLines: string[];
  loopingSince: number | null;
  recovery: NodeJS.Timeout | null;
};

export type Deaths = {
  /** What the live container did while nobody looked. */
  meet(serviceId: string, facts: ContainerFacts): void;
  onEvent(serviceId: string, event: ContainerEvent): void;
  loopingSince(serviceId: string, container: string | null): number | null;
  crashes(serviceId: string, container: string | null): Service["crashes"];
  forget(serviceId: string): void;
  close(): void;
};

/** Counts how often live containers die. In memory: Docker itself remembers its restarts over a life of the agent. */
export function createDeaths(deps: {
  readLines: (container: string) => Promise<string[]>;
  changed: (serviceId: string) => void;
}): Deaths {
  const watched = new Map<string, Watched>();

  function watch(serviceId: string, container: string): Watched {
    const known = watched.get(serviceId);
    if (known?.container === container) return known;
    forget(serviceId);
    const fresh = { container, recent: [], count: 0, lastExitCode: null, lastLines: [], loopingSince: null, recovery: null };
    watched.set(serviceId, fresh);
    return fresh;
  }
  function forget(serviceId: string) {
    const recovery = watched.get(serviceId)?.recovery;
    if (recovery) clearTimeout(recovery);
    watched.delete(serviceId);
  }
  const of = (serviceId: string, container: string | null) => {
    const found = watched.get(serviceId);
    return found?.container === container ? found : undefined;
  };

  async function tellLines(serviceId: string, one: Watched) {
    one.lastLines = await deps.readLines(one.container).catch(() => one.lastLines);
    deps.changed(serviceId);
  }
  function loop(serviceId: string, one: Watched, since: number) {
    one.loopingSince ??= since;
    deps.changed(serviceId);
  }
  /** Up for long enough ends the loop. */
  function recoverIn(serviceId: string, one: Watched, ms: number) {
    if (one.recovery) clearTimeout(one.recovery);
    one.recovery = setTimeout(() => {
      one.recovery = null;
      one.loopingSince = null;
      one.recent = [];
      deps.changed(serviceId);
    }, ms).unref();
  }

  return {
    meet(serviceId, facts) {
      const one = watch(serviceId, facts.id);
      if (facts.restarts <= one.count) return;
      one.count = facts.restarts;
      one.lastExitCode = facts.exitCode;
      const up = Date.now() - facts.startedAt;
      if (facts.restarts >= LOOP_DEATHS && (facts.restarting || up < LOOP_MS)) {
        loop(serviceId, one, Date.now());
        if (facts.running) recoverIn(serviceId, one, LOOP_MS - up);
      }
      void tellLines(serviceId, one);
    },
    onEvent(serviceId, { action, id, exitCode, at }) {
      const one = watch(serviceId, id);
      if (action === "start" && one.loopingSince !== null) return recoverIn(serviceId, one, LOOP_MS);
      if (action !== "die") return;
      if (one.recovery) clearTimeout(one.recovery);
      one.recovery = null;
      one.count += 1;
      one.lastExitCode = exitCode;
      one.recent = [...one.recent, at].filter((time) => time > at - LOOP_MS);
      if (one.recent.length >= LOOP_DEATHS) loop(serviceId, one, at);
      void tellLines(serviceId, one);
    },
    loopingSince: (serviceId, container) => of(serviceId, container)?.loopingSince ?? null,
    crashes(serviceId, container) {
      const one = of(serviceId, container);
      if (one === undefined || one.count === 0) return null;
      return { count: one.count, lastExitCode: one.lastExitCode, lastLines: one.lastLines };
    },
    forget,
    close() {
      for (const serviceId of [...watched.keys()]) forget(serviceId);
    },
  };
}
