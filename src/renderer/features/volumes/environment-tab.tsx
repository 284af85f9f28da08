import { HardDriveIcon, MoreHorizontalIcon, Trash2Icon, Undo2Icon } from "lucide-react";
import type { ReactNode } from "react";
import { TRASH_DAYS, type Environment, type Service, type StagedRow, type Volume } from "@aeroplane/agent/contract";
import type { Server } from "../../../contract/index.ts";
import { action, menuOf, trashMenu } from "../../actions/index.ts";
import { readContext } from "../../actions/context.ts";
import { go } from "../../app/view.ts";
import { problemOf } from "../../data/problem.ts";
import { refusedTo } from "../../data/role.ts";
import { answers } from "../../data/servers.ts";
import { useStaged } from "../../data/staged.ts";
import { exact, useNow } from "../../data/time.ts";
import { useVolumes } from "../../data/volumes.ts";
import { Button, IconButton } from "../../ui/button.tsx";
import { Icon } from "../../ui/icon.tsx";
import { StagedMark } from "../../ui/mark.tsx";
import { Menu } from "../../ui/menu.tsx";
import { Empty, ProblemNote } from "../../ui/note.tsx";
import { Line, Skeleton } from "../../ui/text.tsx";
import { Stale } from "../servers/stale.tsx";
import { rowsOf, stagedVolume } from "../staged/rows.ts";
import { rowWord } from "../staged/words.ts";
import { leaveFiles } from "./browsing.ts";
import { isMade, leftWords, lineOf, listedVolumes } from "./listed.ts";
import { Size } from "./row.tsx";

type Props = { server: Server; environment: Environment; services: Service[] };

/** All that an environment keeps, and what it keeps for some days more. */
export function EnvironmentVolumes({ server, environment, services }: Props) {
  const volumes = useVolumes(server, environment.id);
  const staged = useStaged(server, environment.id).data ?? [];
  const returning = new Set(staged.flatMap((row) => stagedVolume(row)?.volumeId ?? []));
  const kept = volumes.data?.filter(({ state }) => state !== "trash") ?? [];
  const rowOf = ({ id, serviceId }: Volume) => (serviceId === null ? null : (listedVolumes(serviceId, kept, rowsOf(staged, serviceId)).find(({ volume }) => volume?.id === id)?.row ?? null));
  const trash = (volumes.data?.filter(({ state }) => state === "trash") ?? []).sort((one, other) => (one.goesAt ?? 0) - (other.goesAt ?? 0));
  return (
    <Stale server={server} className="flex min-h-0 flex-1 flex-col overflow-y-auto px-5 pb-24">
      {volumes.isError && <ProblemNote problem={problemOf(volumes.error)} onRetry={() => void volumes.refetch()} />}
      {volumes.isLoading && <Skeleton className="mt-2 h-28 !rounded-lg" />}
      {volumes.data === null && <Empty title="No volumes on this server">Its agent is from before there were any. Upgrade it to keep data in volumes.</Empty>}
      {volumes.data && kept.length === 0 && trash.length === 0 && <Empty title="No volume yet">A volume keeps a folder of a service from release to release. It is added in the drawer of the service, under Volumes.</Empty>}
      {kept.length > 0 && (
        <ul aria-label="Volumes of the environment" className="mt-1 divide-y divide-line rounded-lg border border-line bg-surface">
          {kept.map((volume) => (
            <Kept key={volume.id} volume={volume} row={rowOf(volume)} />
          ))}
        </ul>
      )}
      {trash.length > 0 && (
        <section aria-label="Trash" className="mt-7">
          <header className="mb-3">
            <h3 className="flex items-center gap-2 text-base font-semibold">Trash</h3>
            <p className="text-xs text-text-2">What is removed is kept for {TRASH_DAYS} days, with all its data. One that is returned is staged, and mounted with the next deploy.</p>
          </header>
          <ul aria-label="Volumes in the trash" className="divide-y divide-line rounded-lg border border-line bg-surface">
            {trash.map((volume) => (
              <Trashed key={volume.id} server={server} environment={environment} services={services} volume={volume} returns={returning.has(volume.id)} />
            ))}
          </ul>
        </section>
      )}
    </Stale>
  );
}

function Row({ icon, volume, about, children }: { icon: typeof HardDriveIcon; volume: Volume; about: ReactNode; children: ReactNode }) {
  return (
    <li aria-label={volume.name} className="flex items-center gap-3 py-2.5 pr-2 pl-3.5">
      <Icon of={icon} className="shrink-0 text-text-2" />
      <div className="min-w-0 flex-1">
        <Line className="font-medium">{volume.name}</Line>
        <div className="flex min-w-0 items-baseline gap-1.5 text-xs text-text-2">
          <Line className="max-w-[40%] text-xs">{volume.serviceName}</Line>
          <span aria-hidden>·</span>
          <Line mono className="max-w-[40%]">
            {volume.path}
          </Line>
          {isMade(volume) && <Size volume={volume} />}
        </div>
      </div>
      {about}
      {children}
    </li>
  );
}

function Kept({ volume, row }: { volume: Volume; /** What waits of it. */ row: StagedRow | null }) {
  const about = lineOf({ volume, row: null });
  const open = () => {
    leaveFiles();
    go.service(volume.serviceId, "volumes");
  };
  return (
    <Row icon={HardDriveIcon} volume={volume} about={row ? <StagedMark word={rowWord(row, true)} by={row.by} at={row.at} /> : about && <span className="shrink-0 text-xs text-text-2">{about}</span>}>
      {volume.serviceId !== null && (
        <Button small aria-label={`Open ${volume.name} in ${volume.serviceName}`} onClick={open}>
          Open
        </Button>
      )}
    </Row>
  );
}

function Trashed({ server, environment, services, volume, returns }: Props & { volume: Volume; /** It is staged to come back. */ returns: boolean }) {
  const now = useNow(60_000);
  const context = () => readContext({ server, environment, services, volume });
  const away = !answers(server);
  return (
    <Row
      icon={Trash2Icon}
      volume={volume}
      about={
        <span title={volume.goesAt === null ? undefined : `Emptied ${exact(volume.goesAt)}`} className="tabular shrink-0 text-xs whitespace-nowrap text-text-2">
          {returns ? "Comes back with the next deploy" : leftWords(volume, now)}
        </span>
      }
    >
      {!returns && (
        <>
          <Button small icon={<Icon of={Undo2Icon} size={14} />} aria-label={`Return ${volume.name}`} disabled={away} refused={refusedTo(server, "deployer")} onClick={() => action("volume.return").run(context())}>
            Return
          </Button>
          <Menu
            items={() => menuOf(trashMenu, context())}
            trigger={
              <IconButton label={`Acts on ${volume.name}`} disabled={away} refused={refusedTo(server, "deployer")}>
                <Icon of={MoreHorizontalIcon} />
              </IconButton>
            }
          />
        </>
      )}
    </Row>
  );
}
