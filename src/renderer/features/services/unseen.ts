import type { Service } from "@aeroplane/agent/contract";
import { clock } from "../../data/time.ts";
import { restingState } from "./state-table.ts";

type Unseen = Pick<Service, "state" | "instances" | "unseen">;

/** "live"; its instances are as unknown as it is. */
const wordBefore = (state: Service["state"], instances: Service["instances"]): string => (state === "degraded" ? "degraded" : restingState({ state, instances }).word.toLowerCase());

/** The line of a card: why it is not known, and what was known last. */
export function unseenLine(service: Unseen): string {
  const why = service.unseen?.why === "docker-away" ? "Docker does not answer" : "Docker is being asked";
  if (!service.unseen) return why;
  const { state, at } = service.unseen;
  const before = wordBefore(state, service.instances);
  return `${why} · ${at === null ? `was ${before}` : `last seen ${before} at ${clock(at)}`}`;
}

/** The whole of it, for the drawer. */
export function unseenWords({ name, ...service }: Unseen & Pick<Service, "name" | "stateSince">): { what: string; next: string } {
  const { unseen, instances } = service;
  const before = unseen && wordBefore(unseen.state, instances);
  const seen = !unseen ? "" : unseen.at === null ? ` It was ${before} when it was last seen.` : ` It was last seen ${before} at ${clock(unseen.at)}.`;
  if (unseen?.why === "docker-away")
    return { what: `What ${name} does now is not known: Docker does not answer.${seen}`, next: "Requests go where they went before. Start Docker on the server, or check the server to see why it does not answer." };
  return { what: `What ${name} does now is not known yet: Docker has not told of it since ${clock(service.stateSince)}.${seen}`, next: "Requests go where they went before. Docker is asked at once; where this lasts longer than a minute, check the server." };
}
