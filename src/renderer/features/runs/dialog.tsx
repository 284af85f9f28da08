import { names, type Service } from "@aeroplane/agent/contract";
import { useState } from "react";
import { go, useView } from "../../app/view.ts";
import type { Server } from "../../../contract/index.ts";
import { useAct, useReleases } from "../../data/agent.ts";
import { problemOf } from "../../data/problem.ts";
import { refusedTo } from "../../data/role.ts";
import { answers } from "../../data/servers.ts";
import { client } from "../../link.ts";
import { Button } from "../../ui/button.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { ProblemNote } from "../../ui/note.tsx";
import { SuggestField } from "../../ui/suggest-field.tsx";
import { Chosen } from "../deployments/back-dialog.tsx";
import { lastCommands, rememberCommand, wrongCommand } from "./words.ts";

/** Words for a new container of a release; what comes of them is shown in the next dialog. */
export function RunCommandDialog({ server, service }: { server: Server; service: Service }) {
  const last = lastCommands(server, service.id);
  const [command, setCommand] = useState("");
  const [chosen, setChosen] = useState<string | null>(null);
  const [tried, setTried] = useState(false);
  const releases = useReleases(server, service);
  const all = releases.data ?? [];
  const release = all.find(({ id }) => id === chosen) ?? all.find(({ live }) => live);
  const start = useAct(server, client.agent.runs.start);
  const words = names.command.safeParse(command);
  const problem = start.isError ? problemOf(start.error) : null;
  const ofCommand = problem?.code === "INVALID_INPUT" && problem.values.field === "command" ? String(problem.values.why) : null;
  const submit = () => {
    setTried(true);
    if (!words.success || start.isPending || !answers(server)) return;
    const asked = { environmentId: service.environmentId, serviceId: service.id, command: words.data, ...(release && !release.live ? { releaseId: release.id } : {}) };
    void start.mutateAsync(asked).then(
      ({ job }) => {
        rememberCommand(server, service.id, words.data);
        // Who has left it meanwhile is told of its end as of any job's.
        if (useView.getState().dialog?.type === "run-command") go.open({ type: "command", serviceId: service.id, runId: job.id });
      },
      () => {},
    );
  };
  return (
    <Dialog
      title={`Run a command in ${service.name}`}
      about="It runs once in a new container of a release, with its variables and limits, beside what serves. It gets no requests, and no volume of the service is mounted: those belong to its instances."
      width={560}
      onClose={go.closeDialog}
      onSubmit={submit}
      footer={
        <>
          <Button onClick={go.closeDialog}>Cancel</Button>
          <Button kind="primary" type="submit" working={start.isPending} disabled={!answers(server)} refused={refusedTo(server, "deployer")}>
            Run
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-3.5">
        <SuggestField
          label="Command"
          mono
          autoFocus
          all
          placeholder="npm run migrate"
          longest={20_000}
          items={last.map((value) => ({ value }))}
          value={command}
          onChange={setCommand}
          error={(tried ? wrongCommand(command) : null) ?? ofCommand}
          hint="Words, no shell: sh -c '…' runs a line that needs one. It is kept and shown with its log, so secrets belong into variables."
        />
        {all.length > 1 && <Chosen label="Release" releases={all} chosen={release} onChange={setChosen} />}
        {problem && ofCommand === null && <ProblemNote problem={problem} detail />}
      </div>
    </Dialog>
  );
}
