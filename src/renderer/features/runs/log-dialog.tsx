import type { Run, Service } from "@aeroplane/agent/contract";
import { go } from "../../app/view.ts";
import type { Server } from "../../../contract/index.ts";
import { useAct, useRun } from "../../data/agent.ts";
import { hasEnded, signOf } from "../../data/jobs.ts";
import { problemOf } from "../../data/problem.ts";
import { refusedTo } from "../../data/role.ts";
import { client } from "../../link.ts";
import { Button } from "../../ui/button.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { ProblemNote } from "../../ui/note.tsx";
import { StepIcon } from "../../ui/state.tsx";
import { Age, Skeleton } from "../../ui/text.tsx";
import { useLines } from "../logs/stream.ts";
import { LogViewer } from "../logs/viewer.tsx";
import { stateWords } from "./words.ts";

/** One command: how it is or ended, and all that it said. */
export function RunDialog({ server, service, runId }: { server: Server; service: Service; runId: string }) {
  const { data: run, error, refetch } = useRun(server, runId);
  const cancel = useAct(server, client.agent.jobs.cancel);
  const refusal = cancel.isError ? problemOf(cancel.error) : null;
  return (
    <Dialog
      title={`Command in ${service.name}`}
      about={run && <span className="font-mono text-xs">{run.command}</span>}
      width={760}
      easy
      onClose={go.closeDialog}
      footer={
        <>
          {run?.job.cancellable && (
            <Button working={cancel.isPending} refused={refusedTo(server, "deployer")} onClick={() => cancel.mutate({ id: runId })}>
              Cancel the command
            </Button>
          )}
          <Button onClick={() => go.open({ type: "run-command", serviceId: service.id })} refused={refusedTo(server, "deployer")}>
            Run another
          </Button>
          <Button kind="primary" onClick={go.closeDialog}>
            Close
          </Button>
        </>
      }
    >
      {error && !run && <ProblemNote problem={problemOf(error)} onRetry={() => void refetch()} />}
      {!run && !error && <Skeleton className="h-40 !rounded-lg" />}
      {run && <Told server={server} run={run} />}
      {refusal && <ProblemNote problem={refusal} />}
    </Dialog>
  );
}

function Told({ server, run }: { server: Server; run: Run }) {
  const { job, by } = run;
  const buffer = useLines((after, signal) => client.agent.runs.log({ id: job.id, after }, { context: { serverId: server.id }, signal }));
  return (
    <div className="flex flex-col gap-3">
      <p role="status" className="flex items-center gap-2">
        <StepIcon state={signOf(job)} />
        <span className="font-medium">{stateWords(run)}</span>
        <span className="ml-auto text-xs text-text-2">
          {by !== null && `${by} · `}
          <Age at={job.createdAt} ago />
        </span>
      </p>
      {job.problem && <ProblemNote problem={job.problem} />}
      {job.warnings.map((warning) => (
        <ProblemNote key={warning.code} problem={warning} tone="warn" />
      ))}
      <LogViewer buffer={buffer} label="Log of the command" empty={hasEnded(job) ? "Its log is no longer kept." : "Waiting for the first line."} className="h-72" />
    </div>
  );
}
