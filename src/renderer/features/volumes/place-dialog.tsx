import { CheckIcon, ChevronDownIcon } from "lucide-react";
import { useState } from "react";
import type { Service } from "@aeroplane/agent/contract";
import { stageReturn } from "../../actions/volume.ts";
import { go } from "../../app/view.ts";
import type { Server } from "../../../contract/index.ts";
import { useAct } from "../../data/agent.ts";
import { problemOf } from "../../data/problem.ts";
import { useStaged } from "../../data/staged.ts";
import { takesVolumes, useVolumes, wrongVolumeName } from "../../data/volumes.ts";
import { serviceIcon } from "../../shapes/shapes.ts";
import { Button } from "../../ui/button.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { TextField } from "../../ui/field.tsx";
import { Icon } from "../../ui/icon.tsx";
import { Menu } from "../../ui/menu.tsx";
import { Note, ProblemNote } from "../../ui/note.tsx";
import { rowsOf, withStaged } from "../staged/rows.ts";
import { refusedAt, wrongPath } from "./add-dialog.tsx";
import type { VolumeProps } from "./dialogs.tsx";
import { leftOf, listedVolumes, LONGEST_NAME } from "./listed.ts";

/** Of the trash, where it cannot go back to where it was. */
export function ReturnVolumeDialog({ server, volume, services }: VolumeProps) {
  const act = useAct(server, (to: { service: Service; path: string }) => stageReturn(server, volume, to));
  const gone = !services.some(({ id }) => id === volume.serviceId);
  return (
    <PlaceDialog
      server={server}
      title={`Return ${volume.name}`}
      about={`${gone ? `Its service ${volume.serviceName} is not there any more.` : `Another volume is at ${volume.path} of ${volume.serviceName} by now.`} It is staged where you put it, with the data that it has.`}
      word="Return"
      services={services}
      environmentId={volume.environmentId}
      first={{ serviceId: volume.serviceId, path: gone ? volume.path : "" }}
      several={(count) => `Its ${count} instances become one, which is staged as well.`}
      working={act.isPending}
      error={act.error}
      act={(to) => act.mutateAsync(to)}
    />
  );
}

type PlaceProps = {
  server: Server;
  title: string;
  about: string;
  word: string;
  services: Service[];
  environmentId: string;
  first: { serviceId: string | null; path: string };
  name?: { value: string; set: (name: string) => void };
  /** What is said of a service with so many instances: one alone has a volume. */
  several: (count: number) => string;
  working: boolean;
  error: unknown;
  act: (to: { service: Service; path: string }) => Promise<unknown>;
};

/** A service and a path where a volume is to be. */
export function PlaceDialog({ server, title, about, word, services, environmentId, first, name, several, working, error, act }: PlaceProps) {
  const possible = services.filter(takesVolumes);
  const [serviceId, setService] = useState(first.serviceId);
  const [path, setPath] = useState(first.path);
  const [tried, setTried] = useState(false);
  const staged = useStaged(server, environmentId).data;
  const volumes = useVolumes(server, environmentId).data ?? [];
  const service = possible.find(({ id }) => id === serviceId) ?? possible[0];
  const rows = service ? rowsOf(staged, service.id) : [];
  const taken = service ? leftOf(listedVolumes(service.id, volumes, rows)).map((one) => one.path) : [];
  const replicas = service ? withStaged(service, rows).config.replicas : 1;
  const at = path.trim();
  const wrong = { path: wrongPath(at, taken), name: name ? wrongVolumeName(name.value.trim()) : null };
  const problem = error === null ? null : problemOf(error);
  const refused: { path?: string; name?: string } = problem ? refusedAt(problem, { path: at, name: name?.value.trim() ?? "" }) : {};
  const submit = () => {
    setTried(true);
    if (!service || wrong.path || wrong.name || working) return;
    void act({ service, path: at }).then(go.closeDialog, () => {});
  };
  return (
    <Dialog
      title={title}
      about={about}
      width={520}
      onClose={go.closeDialog}
      onSubmit={submit}
      footer={
        <>
          <Button onClick={go.closeDialog}>Cancel</Button>
          <Button kind="primary" type="submit" disabled={!service} working={working}>
            {word}
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-3.5">
        {service ? <Chosen services={possible} chosen={service} onChange={setService} /> : <Note>No service of this environment can have a volume.</Note>}
        <TextField autoFocus label="Mount path" mono placeholder="/var/lib/data" maxLength={255} value={path} onChange={setPath} error={(tried ? wrong.path : null) ?? refused.path ?? null} />
        {name && <TextField label="Name" mono maxLength={LONGEST_NAME} value={name.value} onChange={name.set} error={(tried ? wrong.name : null) ?? refused.name ?? null} />}
        {replicas > 1 && <p className="text-xs text-text-2">{several(replicas)}</p>}
        {problem && !refused.path && !refused.name && <ProblemNote problem={problem} />}
      </div>
    </Dialog>
  );
}

function Chosen({ services, chosen, onChange }: { services: Service[]; chosen: Service; onChange: (id: string) => void }) {
  return (
    <div className="min-w-0">
      <span className="mb-1.5 block text-xs font-medium text-text-2">Service</span>
      <Menu
        align="start"
        items={services.map((service) => ({ id: service.id, name: service.name, icon: service.id === chosen.id ? CheckIcon : serviceIcon(service), run: () => onChange(service.id) }))}
        trigger={
          <button
            type="button"
            aria-label={`Service: ${chosen.name}`}
            title={chosen.name}
            className="flex h-[34px] w-full min-w-0 items-center gap-2 rounded-md border border-line-2 bg-control px-3 text-left shadow-card hover:bg-sunken"
          >
            <span className="min-w-0 flex-1 truncate">{chosen.name}</span>
            <Icon of={ChevronDownIcon} size={14} className="text-text-3" />
          </button>
        }
      />
    </div>
  );
}
