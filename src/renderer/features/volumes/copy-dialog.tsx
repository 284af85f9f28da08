import { useState } from "react";
import type { Service } from "@aeroplane/agent/contract";
import { useAct } from "../../data/agent.ts";
import { copyVolume } from "../../data/volume-files.ts";
import { useVolumes } from "../../data/volumes.ts";
import type { VolumeProps } from "./dialogs.tsx";
import { freeName } from "./listed.ts";
import { PlaceDialog } from "./place-dialog.tsx";

/** As another volume, for any service of the environment. */
export function CopyVolumeDialog({ server, volume, services }: VolumeProps) {
  const volumes = useVolumes(server, volume.environmentId).data ?? [];
  const [name, setName] = useState(() => freeName(`${volume.name.slice(0, 50)}-copy`, volumes.map((one) => one.name)));
  const act = useAct(server, (to: { service: Service; path: string }) => copyVolume(server.id, volume, { name: name.trim(), serviceId: to.service.id, path: to.path }));
  return (
    <PlaceDialog
      server={server}
      title={`Copy ${volume.name}`}
      about={`What it holds now is copied into a new volume. ${volume.serviceName} stops meanwhile, so that the copy is whole. Then the copy is staged at its path.`}
      word="Copy"
      services={services}
      environmentId={volume.environmentId}
      first={{ serviceId: volume.serviceId, path: "" }}
      name={{ value: name, set: setName }}
      several={(count) => `It has ${count} instances, and only one may have a volume: set them to one in its settings before the copy is deployed.`}
      working={act.isPending}
      error={act.error}
      act={(to) => act.mutateAsync(to)}
    />
  );
}
