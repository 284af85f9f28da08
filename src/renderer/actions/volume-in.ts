import type { Role, Volume } from "@aeroplane/agent/contract";
import { go } from "../app/view.ts";
import { may } from "../data/role.ts";
import { answers } from "../data/servers.ts";
import { knownVolumes } from "../data/volumes.ts";
import { useBrowsing } from "../features/volumes/browsing.ts";
import { isMade } from "../features/volumes/listed.ts";
import type { Context } from "./action.ts";
import { goToEnvironment } from "./place.ts";

/** What was clicked; else the volume that is looked into, or the only one of the service. */
export function volumeIn({ server, service, volume }: Context): Volume | undefined {
  if (volume || !server || !service) return volume;
  const own = knownVolumes(server.id, service.environmentId).filter(({ serviceId, state }) => serviceId === service.id && state !== "trash");
  const { volumeId } = useBrowsing.getState();
  return own.find(({ id }) => id === volumeId) ?? (own.length === 1 ? own[0] : undefined);
}

export const reaches = ({ server }: Context, needed: Role) => !!server && answers(server) && may(server, needed);
export const inUse = (context: Context, needed: Role = "deployer") => {
  const volume = volumeIn(context);
  return reaches(context, needed) && volume !== undefined && volume.state !== "trash";
};
export const holds = (context: Context, needed: Role = "deployer") => {
  const volume = volumeIn(context);
  return inUse(context, needed) && volume !== undefined && isMade(volume);
};
export const inTrash = ({ volume, ...context }: Context, needed: Role) => reaches(context, needed) && volume?.state === "trash";

/** In the menu of a volume an act needs no more than its word; elsewhere it says of which one. */
export const called = (word: string, ends = "") => (context: Context) => (context.volume ? `${word}${ends}` : `${word} ${volumeIn(context)?.name ?? "a volume"}${ends}`);

export const openDialog = (type: "rename-volume" | "copy-volume" | "remove-volume" | "empty-volume") => (context: Context) => {
  const volume = volumeIn(context);
  if (!volume) return;
  goToEnvironment(context);
  go.open({ type, volumeId: volume.id });
};

