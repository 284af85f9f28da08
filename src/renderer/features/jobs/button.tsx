import { LoaderIcon } from "lucide-react";
import type { Job } from "@aeroplane/agent/contract";
import { FootList } from "../../app/foot-list.tsx";
import { go, useView } from "../../app/view.ts";
import type { Server } from "../../../contract/index.ts";
import { isRunning, useAct, useJobs } from "../../data/agent.ts";
import { currentStep, fractionOf, hasEnded, lineOf, signOf } from "../../data/jobs.ts";
import { refusedTo } from "../../data/role.ts";
import { client } from "../../link.ts";
import { Button } from "../../ui/button.tsx";
import { classes } from "../../ui/classes.ts";
import { Icon } from "../../ui/icon.tsx";
import { Bar, StepIcon } from "../../ui/state.tsx";
import { Age, Line } from "../../ui/text.tsx";

/** Stands in the side's foot while something runs; opens the list of what runs and what has just ended. */
export function JobsButton({ server, narrow }: { server: Server; narrow: boolean }) {
  const { data } = useJobs(server);
  const open = useView((view) => view.jobsOpen);
  const going = data?.filter((job) => !hasEnded(job)) ?? [];
  const running = going.filter(isRunning);
  if (going.length === 0 && !open) return null;
  const words = wordsOf(running.length, going.length - running.length);
  return (
    <FootList title="Jobs" words={words} narrow={narrow} open={open} onOpenChange={(next) => useView.setState({ jobsOpen: next })} icon={<Icon of={LoaderIcon} className={running.length > 0 ? "turning text-warn" : ""} />}>
      {(data ?? []).slice(0, 20).map((job) => (
        <JobRow key={job.id} server={server} job={job} />
      ))}
    </FootList>
  );
}

function wordsOf(running: number, paused: number): string {
  if (running > 0) return running === 1 ? "1 job runs" : `${running} jobs run`;
  return paused === 0 ? "Nothing runs" : paused === 1 ? "1 job is paused" : `${paused} jobs are paused`;
}

function JobRow({ server, job }: { server: Server; job: Job }) {
  const cancel = useAct(server, client.agent.jobs.cancel);
  const resume = useAct(server, client.agent.jobs.resume);
  const title = `${job.words.doing} ${job.subject}`;
  const detail = lineOf(job);
  const show = () => {
    if (!job.projectId) return;
    go.project(job.projectId, job.environmentId);
    if (job.serviceId && !job.deletes) go.service(job.serviceId, "deployments");
    useView.setState({ jobsOpen: false });
  };
  return (
    <li className="flex items-start gap-2.5 px-4 py-2">
      <StepIcon state={signOf(job)} />
      <div className="min-w-0 flex-1">
        <div className="flex items-center gap-2">
          <button type="button" onClick={show} title={title} className="min-w-0 flex-1 truncate rounded-sm text-left font-medium hover:underline">
            {title}
          </button>
          <Age at={job.endedAt ?? job.createdAt} className="text-xs text-text-2" />
        </div>
        {detail && <Line className={classes("text-xs", job.problem ? "text-bad" : "text-text-2")}>{detail}</Line>}
        {job.state === "running" && (
          <div className="mt-1.5">
            <Bar value={fractionOf(currentStep(job.steps)?.progress)} label={title} />
          </div>
        )}
      </div>
      {job.state === "paused" && (
        <Button small working={resume.isPending} refused={refusedTo(server, "deployer")} onClick={() => resume.mutate({ id: job.id })}>
          Go on
        </Button>
      )}
      {job.cancellable && !hasEnded(job) && (
        <Button small working={cancel.isPending} refused={refusedTo(server, "deployer")} onClick={() => cancel.mutate({ id: job.id })}>
          Cancel
        </Button>
      )}
    </li>
  );
}
