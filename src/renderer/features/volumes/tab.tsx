import { HardDriveIcon, PlusIcon, TriangleAlertIcon } from "lucide-react";
import { useEffect } from "react";
import type { Service } from "@aeroplane/agent/contract";
import type { Server } from "../../../contract/index.ts";
import { action } from "../../actions/index.ts";
import { readContext } from "../../actions/context.ts";
import { takeBack } from "../../actions/stage-acts.ts";
import { useAct } from "../../data/agent.ts";
import { problemOf } from "../../data/problem.ts";
import { refusedTo } from "../../data/role.ts";
import { answers } from "../../data/servers.ts";
import { stage, useStaged } from "../../data/staged.ts";
import { useVolumes } from "../../data/volumes.ts";
import { Button } from "../../ui/button.tsx";
import { Icon } from "../../ui/icon.tsx";
import { Empty, ProblemNote } from "../../ui/note.tsx";
import { Line, Skeleton } from "../../ui/text.tsx";
import { rowsOf, withStaged } from "../staged/rows.ts";
import { useBrowsing } from "./browsing.ts";
import { Files } from "./files.tsx";
import { leftOf, listedVolumes, unkeptPaths } from "./listed.ts";
import { VolumeRow } from "./row.tsx";

type Props = { server: Server; service: Service };

/** What a service keeps beyond its containers, or the files of one of them. */
export function VolumesTab({ server, service }: Props) {
  const volumes = useVolumes(server, service.environmentId);
  const volumeId = useBrowsing((browsing) => browsing.volumeId);
  const looked = volumes.data?.find(({ id, serviceId }) => id === volumeId && serviceId === service.id);
  return looked ? <Files key={looked.id} server={server} volume={looked} /> : <List server={server} service={service} />;
}

function List({ server, service }: Props) {
  const { id: serviceId, environmentId } = service;
  const volumes = useVolumes(server, environmentId);
  const rows = rowsOf(useStaged(server, environmentId).data, serviceId);
  const keep = useAct(server, (paths: string[]) => stage(server.id, { environmentId, serviceId }, { volumes: paths.map((path) => ({ path })), ...(withStaged(service, rows).config.replicas > 1 ? { settings: { replicas: 1 } } : {}) }));
  const known = volumes.data !== undefined;
  const listed = volumes.data ? listedVolumes(serviceId, volumes.data, rows) : undefined;
  const unkept = listed ? unkeptPaths(service, listed) : [];
  const away = !answers(server);
  const refused = refusedTo(server, "deployer");
  useEffect(() => {
    // The keyboard came back to it once.
    if (known) useBrowsing.setState({ left: null });
  }, [known]);
  const add = () => action("service.add-volume").run(readContext({ service }));
  const addButton = (kind: "plain" | "primary", small: boolean) => (
    <Button kind={kind} small={small} icon={<Icon of={PlusIcon} size={14} />} disabled={away} refused={refused} onClick={add}>
      Add a volume
    </Button>
  );
  const empty = listed?.length === 0 && unkept.length === 0;
  return (
    <div className="flex min-h-0 flex-1 flex-col overflow-y-auto p-5">
      {!empty && (
        <div className="mb-3 flex items-center gap-2">
          <p className="min-w-0 flex-1 text-xs text-text-2">
            {leftOf(listed ?? []).length > 0 ? "Kept from release to release. The service runs one instance, and a new release starts when the old one has ended." : "A change is staged, and takes effect when it is deployed."}
          </p>
          {addButton("plain", true)}
        </div>
      )}
      {keep.isError && (
        <div className="mb-3">
          <ProblemNote problem={problemOf(keep.error)} />
        </div>
      )}
      {unkept.length > 0 && <Unkept paths={unkept} working={keep.isPending} away={away} refused={refused} onKeep={(paths) => keep.mutate(paths)} />}
      {volumes.isError && <ProblemNote problem={problemOf(volumes.error)} onRetry={() => void volumes.refetch()} />}
      {volumes.isLoading && <Skeleton className="h-28 !rounded-lg" />}
      {empty && (
        <Empty title="No volume yet" act={addButton("primary", false)}>
          What {service.name} writes is gone with its container. A volume keeps a folder of it from release to release.
        </Empty>
      )}
      {listed && listed.length > 0 && (
        <ul aria-label="Volumes" className="divide-y divide-line rounded-lg border border-line">
          {listed.map((one) => (
            <VolumeRow key={`${one.path} ${one.volume?.id ?? ""}`} server={server} service={service} listed={one} away={away} refused={refused} onTakeBack={() => takeBack(server, rows.filter((row) => row.id === one.row?.id))} />
          ))}
        </ul>
      )}
    </div>
  );
}

type UnkeptProps = { paths: string[]; working: boolean; away: boolean; refused: string | null; onKeep: (paths: string[]) => void };

/** What its image declares, and nobody keeps. */
function Unkept({ paths, working, away, refused, onKeep }: UnkeptProps) {
  return (
    <section aria-label="Data that is not kept" className="mb-4 rounded-lg bg-warn-tint">
      <header className="flex items-center gap-2.5 px-3 py-2.5">
        <Icon of={TriangleAlertIcon} className="shrink-0 text-warn" />
        <p className="min-w-0 flex-1">{paths.length === 1 ? "Its image keeps data in a folder that goes with the container." : `Its image keeps data in ${paths.length} folders that go with the container.`} A volume keeps it, with what is there now.</p>
        {paths.length > 1 && (
          <Button small working={working} disabled={away} refused={refused} onClick={() => onKeep(paths)}>
            Keep all as volumes
          </Button>
        )}
      </header>
      <ul className="flex flex-col pb-1.5">
        {paths.map((path) => (
          <li key={path} className="flex min-h-9 items-center gap-2.5 py-1 pr-3 pl-3">
            <Icon of={HardDriveIcon} className="shrink-0 text-text-2" />
            <Line mono className="flex-1">
              {path}
            </Line>
            <Button small working={working} disabled={away} refused={refused} aria-label={`Keep as a volume: ${path}`} onClick={() => onKeep([path])}>
              Keep as a volume
            </Button>
          </li>
        ))}
      </ul>
    </section>
  );
}
