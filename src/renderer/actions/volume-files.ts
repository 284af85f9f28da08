import { CopyIcon, DownloadIcon, FolderOpenIcon, RulerIcon } from "lucide-react";
import type { Volume } from "@aeroplane/agent/contract";
import type { Server } from "../../contract/index.ts";
import { downloadFile } from "../data/transfers.ts";
import { measureVolume } from "../data/volume-files.ts";
import { ofVolume } from "../data/volumes.ts";
import { browse } from "../features/volumes/browsing.ts";
import { ROOT } from "../features/volumes/paths.ts";
import type { Action } from "./action.ts";
import { perform } from "./perform.ts";
import { goToService } from "./place.ts";
import { called, holds, inTrash, openDialog, volumeIn } from "./volume-in.ts";

/** Of a volume, or of a folder or file in it. */
export function saveFile(server: Server, volume: Volume, path: string): void {
  perform(`Download from ${volume.name}`, { server }, () => downloadFile(server, ofVolume(volume), path, new AbortController().signal));
}

export const volumeFileActions: Action[] = [
  {
    id: "volume.browse",
    name: (context) => (context.volume ? "Browse files" : `Browse files of ${volumeIn(context)?.name ?? "a volume"}`),
    icon: FolderOpenIcon,
    group: "Service",
    when: (context) => holds(context),
    run: (context) => {
      const volume = volumeIn(context);
      if (!volume) return;
      goToService(context, "volumes");
      browse(volume.id);
    },
  },
  {
    id: "volume.download",
    name: (context) => (context.volume ? "Download all" : `Download all of ${volumeIn(context)?.name ?? "a volume"}`),
    icon: DownloadIcon,
    group: "Service",
    when: (context) => holds(context) || inTrash(context, "deployer"),
    run: (context) => {
      const volume = volumeIn(context);
      if (context.server && volume) saveFile(context.server, volume, ROOT);
    },
  },
  {
    id: "volume.measure",
    name: called("Measure"),
    icon: RulerIcon,
    group: "Service",
    when: (context) => holds(context, "viewer"),
    run: (context) => {
      const [{ server }, volume] = [context, volumeIn(context)];
      if (server && volume) perform(`Measure ${volume.name}`, { server }, () => measureVolume(server.id, volume));
    },
  },
  { id: "volume.copy", name: called("Copy", "…"), icon: CopyIcon, group: "Service", when: (context) => holds(context), run: openDialog("copy-volume") },
];
