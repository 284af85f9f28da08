import type { Run, Service } from "@aeroplane/agent/contract";
import { dismissRefusal, useRefusal } from "../../actions/perform.ts";
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
import { Age, Line, Skeleton } from "../../ui/text.tsx";
import { DOWNLOAD_LOG, SaveJobLog } from "../logs/save-button.tsx";
import { useLines } from "../logs/stream.ts";
import { LogViewer } from "../logs/viewer.tsx";
import { stateWords } from "./words.ts";

/** One command: how it is or ended, and all that it said. */
export function RunDialog({ server, service, runId }: { server: Server; service: Service; runId: string }) {
  const { data: run, error, refetch } = useRun(server, runId);
  const cancel = useAct(server, client.agent.jobs.cancel);
  const refusal = cancel.isError ? problemOf(cancel.error) : null;
  const refused = useRefusal();
  return (
    <Dialog
      title={`Command in ${service.name}`}
      about={run && <span className="block max-h-24 overflow-y-auto font-mono text-xs">{run.command}</span>}
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
      {/* Behind the dialog nobody would see it. */}
      {refused.title === DOWNLOAD_LOG && (
        <ProblemNote
          problem={refused.problem}
          actions={
            <Button small onClick={dismissRefusal}>
              Dismiss
            </Button>
          }
        />
      )}
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
        <span className="shrink-0 font-medium">{stateWords(run)}</span>
        <span className="ml-auto flex min-w-0 items-baseline gap-1 text-xs text-text-2">
          {by !== null && (
            <>
              <Line className="max-w-60 text-xs">{by}</Line>
              <span aria-hidden>·</span>
            </>
          )}
          <Age at={job.createdAt} ago />
        </span>
      </p>
      {job.problem && <ProblemNote problem={job.problem} />}
      {job.warnings.map((warning) => (
        <ProblemNote key={warning.code} problem={warning} tone="warn" />
      ))}
      <LogViewer buffer={buffer} label="Log of the command" empty={hasEnded(job) ? "Its log is no longer kept." : "Waiting for the first line."} acts={<SaveJobLog server={server} of="command" id={job.id} />} className="h-72" />
    </div>
  );
}
