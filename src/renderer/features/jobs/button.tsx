import { ListChecksIcon, LoaderIcon } from "lucide-react";
import type { Job } from "@aeroplane/agent/contract";
import { FootList } from "../../app/foot-list.tsx";
import { go, useView } from "../../app/view.ts";
import type { Server } from "../../../contract/index.ts";
import { isRunning, useAct, useJobs } from "../../data/agent.ts";
import { currentStep, fractionOf, hasEnded, lineOf, signOf } from "../../data/jobs.ts";
import { problemOf } from "../../data/problem.ts";
import { knownService } from "../../data/queries.ts";
import { refusedTo } from "../../data/role.ts";
import { client } from "../../link.ts";
import { Button } from "../../ui/button.tsx";
import { Icon } from "../../ui/icon.tsx";
import { ProblemLines } from "../../ui/note.tsx";
import { Bar, Dot, StepIcon } from "../../ui/state.tsx";
import { Age, Line } from "../../ui/text.tsx";
import { restingState } from "../services/state-table.ts";
import { servingLine } from "../services/states.ts";
import { SiteLink } from "../services/site-link.tsx";
import { ErrorsAbout } from "../steps.tsx";
import { placeOf } from "./place.ts";

/** Stands in the side's foot once anything has run; opens the list of what runs and of what has ended. */
export function JobsButton({ server, narrow }: { server: Server; narrow: boolean }) {
  const { data } = useJobs(server);
  const open = useView((view) => view.jobsOpen);
  const going = data?.filter((job) => !hasEnded(job)) ?? [];
  const running = going.filter(isRunning);
  if (!data?.length && !open) return null;
  const words = wordsOf(running.length, going.length - running.length);
  return (
    <FootList title="Jobs" words={words} narrow={narrow} open={open} onOpenChange={(next) => useView.setState({ jobsOpen: next })} icon={<Icon of={running.length > 0 ? LoaderIcon : ListChecksIcon} className={running.length > 0 ? "turning text-warn" : ""} />}>
      {(data ?? []).slice(0, 20).map((job) => (
        <JobRow key={job.id} server={server} job={job} />
      ))}
    </FootList>
  );
}

function wordsOf(running: number, paused: number): string {
  if (running > 0) return running === 1 ? "1 job runs" : `${running} jobs run`;
  return paused === 0 ? "No job runs" : paused === 1 ? "1 job is paused" : `${paused} jobs are paused`;
}

function JobRow({ server, job }: { server: Server; job: Job }) {
  const cancel = useAct(server, client.agent.jobs.cancel);
  const resume = useAct(server, client.agent.jobs.resume);
  /** Why the other one was refused is of before. */
  const press = (act: typeof cancel, other: typeof cancel) => (other.reset(), act.mutate({ id: job.id }));
  const title = `${job.words.doing} ${job.subject}`;
  const detail = lineOf(job);
  // Of one that has ended it matters how it did.
  const refusal = hasEnded(job) ? null : (cancel.error ?? resume.error);
  const problem = refusal === null ? job.problem : problemOf(refusal);
  // Looked up where a page has asked for it: a job says what it acts on by name alone.
  const subject = knownService(server.id, job.serviceId);
  const service = job.deploymentId !== null && !hasEnded(job) ? subject : undefined;
  const serving = service ? servingLine(service) : null;
  const show = () => {
    const place = placeOf(server.id, job);
    if (!place) return;
    go.to(place);
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
        {service && serving && (
          <div className="flex items-center gap-1.5 text-xs text-text-2">
            <Dot tone={restingState(service).tone} />
            <Line className="text-xs">{serving}</Line>
            <SiteLink server={server} service={service} />
          </div>
        )}
        {problem ? (
          <ErrorsAbout value={{ server, ...(subject ? { service: subject } : {}) }}>
            <ProblemLines problem={problem} />
          </ErrorsAbout>
        ) : (
          detail && <Line className="text-xs text-text-2">{detail}</Line>
        )}
        {job.state === "running" && (
          <div className="mt-1.5">
            <Bar value={fractionOf(currentStep(job.steps)?.progress)} label={title} />
          </div>
        )}
      </div>
      {job.state === "paused" && (
        <Button small working={resume.isPending} refused={refusedTo(server, "deployer")} onClick={() => press(resume, cancel)}>
          Go on
        </Button>
      )}
      {job.cancellable && !hasEnded(job) && (
        <Button small working={cancel.isPending} refused={refusedTo(server, "deployer")} onClick={() => press(cancel, resume)}>
          Cancel
        </Button>
      )}
    </li>
  );
}
