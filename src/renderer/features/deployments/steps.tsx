import type { Deployment, Step } from "@aeroplane/agent/contract";
import { progressWords } from "../../data/jobs.ts";
import { duration, useNow } from "../../data/time.ts";
import { classes } from "../../ui/classes.ts";
import { StepIcon, strangeStep } from "../../ui/state.tsx";

/** The story of one deployment in its job's own steps, each with its time. */
export function DeploymentSteps({ deployment }: { deployment: Deployment }) {
  // What was never reached does not wait any more.
  const over = deployment.endedAt !== null;
  return (
    <ol aria-label="Steps" className="flex flex-col">
      {deployment.steps.map((step) => (
        <StepRow key={step.name} step={over && step.state === "waiting" ? { ...step, state: "skipped" } : step} />
      ))}
    </ol>
  );
}

function StepRow({ step }: { step: Step }) {
  const quiet = step.state === "waiting" || step.state === "skipped" || step.state === "cancelled";
  const progress = step.endedAt === null && step.progress ? progressWords(step.progress) : null;
  const words = [step.words, strangeStep(step.state), step.detail, progress].filter(Boolean).join(" · ");
  return (
    <li className={classes("flex min-h-7 items-center gap-2.5", quiet && "text-text-2")}>
      <span className="-ml-0.5">
        <StepIcon state={step.state} />
      </span>
      <span title={words} className="tabular min-w-0 flex-1 truncate">
        {words}
      </span>
      <span className="tabular shrink-0 text-xs text-text-2">
        <StepTime step={step} />
      </span>
    </li>
  );
}

function StepTime({ step }: { step: Step }) {
  if (step.startedAt === null) return null;
  if (step.endedAt !== null) return duration(step.endedAt - step.startedAt);
  return <Running since={step.startedAt} />;
}

function Running({ since }: { since: number }) {
  const now = useNow();
  return `${Math.floor(Math.max(0, now - since) / 1000)} s`;
}
