import { HardDriveIcon, PencilIcon, PlusIcon, Trash2Icon, Undo2Icon } from "lucide-react";
import { toast } from "sonner";
import type { Service, Volume } from "@aeroplane/agent/contract";
import { go } from "../app/view.ts";
import { stage, stagedIn } from "../data/staged.ts";
import { knownVolumes, returnVolume, takesVolumes } from "../data/volumes.ts";
import { withStaged } from "../features/staged/rows.ts";
import { leftOf, listedVolumes } from "../features/volumes/listed.ts";
import type { Server } from "../../contract/index.ts";
import type { Action, Context } from "./action.ts";
import { readContext } from "./context.ts";
import { perform } from "./perform.ts";
import { goToEnvironment, goToServer, goToService } from "./place.ts";
import { called, inTrash, inUse, openDialog, reaches } from "./volume-in.ts";

/** Where one in the trash was, if it can go back there: its service is there, and nothing else is at that path. */
function placeOf({ server, services }: Context, volume: Volume): { service: Service; path: string } | null {
  const service = services.find(({ id }) => id === volume.serviceId);
  if (!server || !service) return null;
  const rows = stagedIn(server.id, volume.environmentId).filter(({ serviceId }) => serviceId === service.id);
  const taken = leftOf(listedVolumes(service.id, knownVolumes(server.id, volume.environmentId), rows)).some(({ path }) => path === volume.path);
  return taken ? null : { service, path: volume.path };
}

/** Says where it waits, since nothing is to be seen of it where it was. One process alone has a volume: of several instances one is left. */
export async function stageReturn(server: Server, volume: Volume, to: { service: Service; path: string }): Promise<void> {
  const { environmentId } = volume;
  const serviceId = to.service.id;
  await returnVolume(server.id, volume, { serviceId, path: to.path });
  if (instancesOf(server, to.service) > 1) await stage(server.id, { environmentId, serviceId }, { settings: { replicas: 1 } });
  const review = () => {
    goToServer(readContext({ server }));
    go.open({ type: "review-staged", environmentId });
  };
  toast(`${volume.name} comes back at ${to.path} of ${to.service.name} with the next deploy`, { action: { label: "Review", onClick: review }, duration: 12_000 });
}

/** How many it has once what is staged is deployed. */
const instancesOf = ({ id }: Server, service: Service): number => withStaged(service, stagedIn(id, service.environmentId)).config.replicas;

export const volumeActions: Action[] = [
  {
    id: "service.volumes",
    name: "Show volumes",
    icon: HardDriveIcon,
    group: "Service",
    shortcut: "f",
    when: ({ service }) => !!service && takesVolumes(service),
    run: (context) => goToService(context, "volumes"),
  },
  {
    id: "service.add-volume",
    name: "Add a volume…",
    icon: PlusIcon,
    group: "Service",
    when: (context) => reaches(context, "deployer") && !!context.service && takesVolumes(context.service),
    run: (context) => {
      goToService(context, "volumes");
      if (context.service) go.open({ type: "add-volume", serviceId: context.service.id });
    },
  },
  { id: "volume.rename", name: called("Rename", "…"), icon: PencilIcon, group: "Service", when: (context) => inUse(context), run: openDialog("rename-volume") },
  { id: "volume.remove", name: called("Remove", "…"), icon: Trash2Icon, group: "Service", danger: true, when: (context) => inUse(context), run: openDialog("remove-volume") },
  {
    id: "volume.return",
    name: "Return",
    icon: Undo2Icon,
    group: "Environment",
    when: (context) => inTrash(context, "deployer"),
    run: (context) => {
      const { server, volume } = context;
      if (!server || !volume) return;
      const place = placeOf(context, volume);
      if (place) perform(`Return ${volume.name}`, { server }, () => stageReturn(server, volume, place));
      else go.open({ type: "return-volume", volumeId: volume.id });
    },
  },
  { id: "volume.empty", name: "Empty now…", icon: Trash2Icon, group: "Environment", danger: true, when: (context) => inTrash(context, "owner"), run: openDialog("empty-volume") },
  {
    id: "environment.volumes",
    name: "Show all volumes and the trash",
    icon: HardDriveIcon,
    group: "Environment",
    when: ({ server, environment, services }) => !!environment && !!server && (services.some(takesVolumes) || knownVolumes(server.id, environment.id).length > 0),
    run: (context) => {
      goToEnvironment(context);
      go.projectTab("volumes");
    },
  },
];
