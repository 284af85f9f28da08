import { FolderOpenIcon, HardDriveIcon, MoreHorizontalIcon, Undo2Icon } from "lucide-react";
import type { Service, Volume } from "@aeroplane/agent/contract";
import type { Server } from "../../../contract/index.ts";
import { action, menuOf, volumeMenu } from "../../actions/index.ts";
import { readContext } from "../../actions/context.ts";
import { age, exact, useNow } from "../../data/time.ts";
import { Button, IconButton } from "../../ui/button.tsx";
import { classes } from "../../ui/classes.ts";
import { Icon } from "../../ui/icon.tsx";
import { StagedMark } from "../../ui/mark.tsx";
import { Menu } from "../../ui/menu.tsx";
import { Line } from "../../ui/text.tsx";
import { rowWord } from "../staged/words.ts";
import { useBrowsing } from "./browsing.ts";
import { isMade, lineOf, sizeOf, type ListedVolume } from "./listed.ts";

type Props = { server: Server; service: Service; listed: ListedVolume; away: boolean; refused: string | null; onTakeBack: () => void };

/** One volume, as a deploy of what is staged would leave it. */
export function VolumeRow({ server, service, listed, away, refused, onTakeBack }: Props) {
  const { path, name, volume, row } = listed;
  const removed = row?.act === "removed";
  const context = () => readContext({ server, service, ...(volume ? { volume } : {}) });
  const browse = action("volume.browse");
  const wasLeft = useBrowsing(({ left }) => left !== null && left === volume?.id);
  const about = lineOf(listed);
  return (
    <li aria-label={name} className="flex items-center gap-3 py-2.5 pr-2 pl-3.5">
      <Icon of={HardDriveIcon} className="shrink-0 text-text-2" />
      <div className="min-w-0 flex-1">
        <div className="flex min-w-0 items-center gap-2">
          <Line className={classes("font-medium", removed && "text-text-2 line-through")}>{name}</Line>
          {row && <StagedMark word={rowWord(row, true)} by={row.by} at={row.at} />}
        </div>
        <div className="flex min-w-0 items-baseline gap-1.5 text-xs text-text-2">
          <Line mono className="max-w-[60%] text-text">
            {path}
          </Line>
          {volume && isMade(volume) && <Size volume={volume} />}
        </div>
        {about && <p className="text-xs text-text-2">{about}</p>}
      </div>
      {volume && !removed && browse.when(context()) && (
        <Button small icon={<Icon of={FolderOpenIcon} size={14} />} autoFocus={wasLeft} aria-label={`Files of ${name}`} onClick={() => browse.run(context())}>
          Files
        </Button>
      )}
      {row && (
        <IconButton label={`Take back the change of ${name}`} disabled={away} refused={refused} onClick={onTakeBack}>
          <Icon of={Undo2Icon} />
        </IconButton>
      )}
      {volume && !row && (
        <Menu
          items={() => menuOf(volumeMenu, context())}
          trigger={
            <IconButton label={`Acts on ${name}`} disabled={away}>
              <Icon of={MoreHorizontalIcon} />
            </IconButton>
          }
        />
      )}
    </li>
  );
}

/** How much it was when it was measured last. */
export function Size({ volume }: { volume: Volume }) {
  const now = useNow(15_000);
  const { measuredAt } = volume;
  return (
    <span title={measuredAt === null ? undefined : `Measured ${exact(measuredAt)}`} className="tabular shrink-0 whitespace-nowrap">
      {[`· ${sizeOf(volume)}`, measuredAt !== null && `measured ${ago(age(measuredAt, now))}`].filter(Boolean).join(" · ")}
    </span>
  );
}

const ago = (words: string): string => (/ (s|min|h|d)$/.test(words) ? `${words} ago` : words === "now" ? "just now" : `on ${words}`);
