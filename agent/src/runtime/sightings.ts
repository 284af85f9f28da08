import type { Docker } from "../docker/client.ts";
import { eachService, findInstance, instanceWritten, serviceWritten, type Db } from "../store/index.ts";

/** `since`: from when on nothing is known. `at`: until when it was observed; null: not by this life of the agent. */
export type Unseen = { since: number; at: number | null; why: "not-yet" | "docker-away" };

/** After so many new ones those that are gone are forgotten. */
const SWEEP_EVERY = 256;

/**
 * Which instances were observed since the agent started, and since Docker was last lost. Their rows hold what was observed
 * last and stay as they are; only what is told of them says that it may be so no longer. In memory: a new life has seen nothing.
 */
export type Sightings = {
  /** Its row says what it is now: Docker told of it, or it answered. Nothing is seen while Docker is away. */
  saw(instanceId: string): void;
  /** Null: it is as its row says. */
  unseen(instanceId: string): Unseen | null;
  /** Its process began after it was seen last: another one ended unheard, and what runs now has not answered yet. */
  mayHaveEnded(instanceId: string, startedAt: number): boolean;
  /** Docker is away: whatever was observed may be another by now. */
  lost(since: number): void;
  /** Docker is there; what it tells of counts again. */
  found(): void;
};

export function createSightings(db: Db, now: () => number = Date.now): Sightings {
  const seen = new Set<string>();
  /** Until when those were observed that are not seen any more. */
  const until = new Map<string, number>();
  const began = now();
  let away = false;
  let fresh = 0;

  function sweep() {
    fresh = 0;
    for (const id of [...seen, ...until.keys()]) {
      if ((findInstance(db, id)?.state ?? "gone") !== "gone") continue;
      seen.delete(id);
      until.delete(id);
    }
  }

  return {
    saw(id) {
      if (away || seen.has(id)) return;
      seen.add(id);
      until.delete(id);
      instanceWritten(db, id);
      if ((fresh += 1) >= SWEEP_EVERY) sweep();
    },
    unseen(id) {
      if (seen.has(id)) return null;
      const at = until.get(id) ?? null;
      return { since: at ?? began, at, why: away ? "docker-away" : "not-yet" };
    },
    mayHaveEnded: (id, startedAt) => startedAt > (until.get(id) ?? Number.POSITIVE_INFINITY),
    lost(since) {
      if (away) return;
      away = true;
      for (const id of seen) until.set(id, since);
      seen.clear();
      for (const { id, intent, liveReleaseId } of eachService(db)) if (intent === "running" && liveReleaseId !== null) serviceWritten(db, id);
    },
    found() {
      away = false;
    },
  };
}

/** A Docker that hangs breaks nothing off: its silence is a loss as well. */
export function watchSilence({ pulse }: Pick<Docker, "pulse">, sightings: Sightings, onHeard: () => void): () => void {
  const forget = [
    pulse.onSilent(sightings.lost),
    pulse.onHeardAgain(() => {
      sightings.found();
      onHeard();
    }),
  ];
  return () => forget.forEach((each) => each());
}
