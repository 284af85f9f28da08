import { TRASH_DAYS, type Service, type Volume } from "@aeroplane/agent/contract";
import { go } from "../../app/view.ts";
import type { Server } from "../../../contract/index.ts";
import { stage } from "../../data/staged.ts";
import { emptyVolume, old, renameVolume, wrongVolumeName } from "../../data/volumes.ts";
import { ConfirmDialog } from "../confirm.tsx";
import { NameDialog } from "../name-dialog.tsx";
import { isMade, LONGEST_NAME, sizeOf } from "./listed.ts";

export type VolumeProps = { server: Server; volume: Volume; /** Of its environment. */ services: Service[] };

/** How much it is, as far as that is known. */
const held = (volume: Volume) => (!isMade(volume) ? "nothing yet" : volume.bytes === null ? "what it holds, which was not measured yet" : `${sizeOf(volume)} of data`);

export function RenameVolumeDialog({ server, volume }: VolumeProps) {
  return (
    <NameDialog
      title={`Rename ${volume.name}`}
      about="Its path and what it holds stay."
      initial={volume.name}
      wrongName={wrongVolumeName}
      longest={LONGEST_NAME}
      word="Rename"
      onClose={go.closeDialog}
      act={(name) => renameVolume(server.id, volume, name)}
    />
  );
}

/** Staged: until it is deployed, it is taken back with a click. */
export function RemoveVolumeDialog({ server, volume }: VolumeProps) {
  const { environmentId, serviceId, serviceName, name, path } = volume;
  return (
    <ConfirmDialog
      title={`Remove ${name} from ${serviceName}`}
      about={`It is staged: with the next deploy ${serviceName} runs without it, and it goes to the trash. There its data is kept for ${TRASH_DAYS} days, and can be returned.`}
      goes={[`${name} at ${path}: ${held(volume)}`]}
      name={null}
      word="Stage the removal"
      onClose={go.closeDialog}
      act={async () => {
        await stage(server.id, { environmentId, serviceId }, { removeVolumes: [path] });
        old(server.id);
      }}
    />
  );
}

export function EmptyVolumeDialog({ server, volume }: VolumeProps) {
  return (
    <ConfirmDialog
      title={`Empty the trash of ${volume.name}`}
      about="It goes now instead of by itself. What it holds cannot be brought back."
      goes={[`${volume.name}, which was at ${volume.path} of ${volume.serviceName}: ${held(volume)}`]}
      name={volume.name}
      word="Delete the data"
      onClose={go.closeDialog}
      act={(confirm) => emptyVolume(server.id, volume, confirm)}
    />
  );
}
