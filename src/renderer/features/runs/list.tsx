import type { Run, Service } from "@aeroplane/agent/contract";
import { go } from "../../app/view.ts";
import type { Server } from "../../../contract/index.ts";
import { useRuns } from "../../data/agent.ts";
import { hasEnded, signOf } from "../../data/jobs.ts";
import { refusedTo } from "../../data/role.ts";
import { answers } from "../../data/servers.ts";
import { duration } from "../../data/time.ts";
import { Button } from "../../ui/button.tsx";
import { StepIcon } from "../../ui/state.tsx";
import { Age, Line } from "../../ui/text.tsx";
import { stateWords } from "./words.ts";

/** Commands that were run in containers of its releases, each with how it ended. */
export function Runs({ server, service }: { server: Server; service: Service }) {
  const runs = useRuns(server, service);
  const list = runs.data ?? [];
  if (list.length === 0) return null;
  return (
    <section aria-label="Commands" className="shrink-0 border-t border-line px-3 pt-3 pb-4">
      <div className="flex items-center justify-between px-2 pb-1">
        <h3 className="text-xs font-medium text-text-2">Commands</h3>
        <Button small kind="quiet" disabled={!answers(server)} refused={refusedTo(server, "deployer")} onClick={() => go.open({ type: "run-command", serviceId: service.id })}>
          Run a command
        </Button>
      </div>
      <ol>
        {list.map((run) => (
          <li key={run.job.id}>
            <Row service={service} run={run} />
          </li>
        ))}
      </ol>
      {runs.hasNextPage && (
        <Button small kind="quiet" className="mt-1" onClick={() => void runs.fetchNextPage()}>
          Show older ones
        </Button>
      )}
    </section>
  );
}

function Row({ service, run }: { service: Service; run: Run }) {
  const { job, command, by } = run;
  return (
    <button type="button" onClick={() => go.open({ type: "command", serviceId: service.id, runId: job.id })} className="flex h-9 w-full min-w-0 items-center gap-2.5 rounded-md px-2 text-left hover:bg-hover">
      <StepIcon state={signOf(job)} />
      <span title={command} className="min-w-0 flex-1 truncate font-mono text-xs">
        {command}
      </span>
      {by !== null && <Line className="max-w-28 text-xs text-text-2">{by}</Line>}
      <span className="shrink-0 text-xs text-text-2">{stateWords(run)}</span>
      {hasEnded(job) && <span className="tabular shrink-0 text-xs text-text-2">{duration(job.endedAt! - job.createdAt)}</span>}
      <Age at={job.createdAt} className="w-14 text-right text-xs text-text-2" />
    </button>
  );
}
