import { HardDriveIcon } from "lucide-react";
import type { Service } from "@aeroplane/agent/contract";
import { Icon } from "../../ui/icon.tsx";

export const volumesWords = ({ volumes }: Pick<Service, "volumes">): string | null => (volumes.length === 0 ? null : volumes.length === 1 ? "1 volume" : `${volumes.length} volumes`);

/** On a card: that something of it is kept, and in its tooltip where. */
export function VolumesMark({ service: { volumes } }: { service: Pick<Service, "volumes"> }) {
  if (volumes.length === 0) return null;
  return (
    <span title={volumes.map(({ name, path }) => `${name} at ${path}`).join("\n")} className="tabular flex shrink-0 items-center gap-1 text-xs text-text-2">
      <Icon of={HardDriveIcon} size={13} />
      {volumes.length > 1 && volumes.length}
    </span>
  );
}
