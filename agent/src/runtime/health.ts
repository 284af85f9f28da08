import type { ContainerFacts } from "../docker/container.ts";
import type { ContainerEvent } from "../docker/events.ts";

const EVENT = "health_status: ";

/** What the HEALTHCHECKs of images say of the containers that run; in memory, since Docker tells it whenever it is looked at. */
export type Health = {
  meet(facts: Pick<ContainerFacts, "id" | "health">): void;
  /** Whether anything of it has changed. */
  onEvent(event: Pick<ContainerEvent, "action" | "id">): boolean;
  /** "starting", "healthy", "unhealthy"; undefined: its image has none. */
  of(container: string | null): string | undefined;
};

export function createHealth(): Health {
  const said = new Map<string, string>();
  return {
    meet({ id, health }) {
      if (health === undefined) said.delete(id);
      else said.set(id, health);
    },
    onEvent({ action, id }) {
      if (action === "die" || action === "destroy") return said.delete(id);
      if (!action.startsWith(EVENT)) return false;
      said.set(id, action.slice(EVENT.length));
      return true;
    },
    of: (container) => (container === null ? undefined : said.get(container)),
  };
}
