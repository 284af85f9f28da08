import { useState } from "react";
import { names, type Problem, type Service } from "@aeroplane/agent/contract";
import { go } from "../../app/view.ts";
import type { Server } from "../../../contract/index.ts";
import { useAct } from "../../data/agent.ts";
import { problemOf } from "../../data/problem.ts";
import { stage, useStaged } from "../../data/staged.ts";
import { useVolumes, wrongVolumeName } from "../../data/volumes.ts";
import { Button } from "../../ui/button.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { TextField } from "../../ui/field.tsx";
import { ProblemNote } from "../../ui/note.tsx";
import { rowsOf, withStaged } from "../staged/rows.ts";
import { leftOf, listedVolumes, LONGEST_NAME, nameFor } from "./listed.ts";

/** Why nothing can be mounted there; null: it can. */
export function wrongPath(path: string, taken: readonly string[]): string | null {
  if (path === "") return "A path is needed.";
  const read = names.mountPath.safeParse(path);
  if (!read.success) return read.error.issues[0]!.message;
  return taken.includes(path) ? `Another volume is at ${path}.` : null;
}

/** What the agent refuses about what was typed is told below its field, until something else is. */
export function refusedAt({ message, values }: Problem, typed: { path: string; name: string }): { path?: string; name?: string } {
  if (values.path === typed.path || values.other === typed.path) return { path: message };
  return typed.name !== "" && values.name === typed.name ? { name: message } : {};
}

export function AddVolumeDialog({ server, service: wanted }: { server: Server; service: Service }) {
  const rows = rowsOf(useStaged(server, wanted.environmentId).data, wanted.id);
  const volumes = useVolumes(server, wanted.environmentId).data ?? [];
  const service = withStaged(wanted, rows);
  const { id: serviceId, environmentId } = service;
  const { replicas } = service.config;
  const [path, setPath] = useState("");
  const [name, setName] = useState("");
  const [tried, setTried] = useState(false);
  const taken = leftOf(listedVolumes(serviceId, volumes, rows)).map((one) => one.path);
  const add = useAct(server, (volume: { path: string; name?: string }) => stage(server.id, { environmentId, serviceId }, { volumes: [volume], ...(replicas > 1 ? { settings: { replicas: 1 } } : {}) }));
  const [at, called] = [path.trim(), name.trim()];
  const wrong = { path: wrongPath(at, taken), name: called === "" ? null : wrongVolumeName(called) };
  const problem = add.isError ? problemOf(add.error) : null;
  const refused: { path?: string; name?: string } = problem ? refusedAt(problem, { path: at, name: called }) : {};
  const submit = () => {
    setTried(true);
    if (wrong.path || wrong.name || add.isPending) return;
    void add.mutateAsync({ path: at, ...(called ? { name: called } : {}) }).then(go.closeDialog, () => {});
  };
  return (
    <Dialog
      title={`Add a volume to ${service.name}`}
      about={`What ${service.name} writes below its path is kept when it is deployed, restarted or stopped. It is staged, and made with the next deploy.`}
      width={520}
      onClose={go.closeDialog}
      onSubmit={submit}
      footer={
        <>
          <Button onClick={go.closeDialog}>Cancel</Button>
          <Button kind="primary" type="submit" working={add.isPending}>
            Add the volume
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-3.5">
        <TextField autoFocus label="Mount path" mono placeholder="/var/lib/data" maxLength={255} value={path} onChange={setPath} error={(tried ? wrong.path : null) ?? refused.path ?? null} hint="The folder inside its container where the app keeps its data." />
        <TextField
          label="Name"
          optional
          mono
          placeholder={nameFor(service.name, at || "/data", volumes.flatMap((one) => (one.state === "trash" ? [] : [one.name])))}
          maxLength={LONGEST_NAME}
          value={name}
          onChange={setName}
          error={(tried ? wrong.name : null) ?? refused.name ?? null}
        />
        <p className="text-xs text-text-2">
          {replicas > 1 && `Its ${replicas} instances become one, which is staged as well. `}
          One instance at a time has a volume: a new release starts when the old one has ended, and requests wait for it, half a minute at most.
        </p>
        {problem && !refused.path && !refused.name && <ProblemNote problem={problem} />}
      </div>
    </Dialog>
  );
}
