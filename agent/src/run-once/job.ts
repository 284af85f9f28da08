import { fail, Failure, type Problem } from "../../contract/problem.ts";
import type { DeployDeps } from "../deploy/deps.ts";
import { keptRelease } from "../deploy/kept.ts";
import { openVariables, serviceOf } from "../deploy/plan.ts";
import { claim, defineJob, type JobContext, type JobEntry } from "../jobs/index.ts";
import { RUN_ONCE, runInput, stateOf, type RunInput } from "./asked.ts";
import { runWords, takeAway } from "./container.ts";
import { RUN } from "./output.ts";

const HOUR = 3600;
/** The longest that one may be given, and what Docker needs besides. */
const LONGEST_SECONDS = 24 * HOUR + 900;
/** The longest grace of a service, and what Docker needs besides. */
const UNDO_SECONDS = 420;

/**
 * Words run once in a container of a release, beside whatever serves. They are begun at most once: what was cut off is ended
 * and told as interrupted.
 */
export function createRunOnceJob(deps: DeployDeps): JobEntry {
  return defineJob<RunInput>({
    kind: RUN_ONCE,
    words: { doing: "Command", done: "has run its command" },
    input: runInput,
    steps: () => [RUN],
    // What serves may be replaced, stopped and started meanwhile: it shares nothing with that.
    claims: ({ subject }) => [claim.data(subject, "S")],
    deadlines: { run: LONGEST_SECONDS, undo: UNDO_SECONDS, finish: 60 },
    retention: { newest: 200, of: "service", days: 0, logs: 30 },
    // Its run sees by its checkpoint whether it may begin.
    crash: "resume",
    async run(context) {
      const problem = await context.step(RUN.name, (signal) => once(deps, context, signal), { deadlineSeconds: LONGEST_SECONDS });
      // How it ended is known: where Docker fails now, the undo or the finish does this again, and at last the reconcile loop.
      await takeAway(deps, context).catch((error: unknown) => deps.note("command not taken away", { job: context.job.id, error: String(error) }));
      if (problem !== null) throw new Failure(problem);
      context.log("Ended with exit code 0");
      context.commit();
    },
    async undo(context) {
      await takeAway(deps, context);
      const { exitCode } = stateOf(context.job.checkpoint);
      if (exitCode !== undefined) context.log(`Ended with exit code ${exitCode}`);
    },
    finish: (context) => takeAway(deps, context),
  });
}

/** How it ended; null: well. */
async function once(deps: DeployDeps, context: JobContext, signal: AbortSignal): Promise<Problem | null> {
  const { job } = context;
  const service = serviceOf(deps.db, job);
  const { command, releaseId, seconds } = runInput.parse(job.input);
  const { begun, ended } = stateOf(job.checkpoint);
  if (ended !== undefined) return ended.problem;
  if (begun) throw fail("RUN_INTERRUPTED", { service: service.name });
  // Volumes of the service are another process's: here they are neither mounted nor made, nor need they be there.
  const release = { ...keptRelease(deps.db, service, releaseId), mounts: [] };
  context.detail(command);
  context.log(`In a new container of the release ${release.id}: ${command}`);
  const variables = await openVariables(deps, release);
  const tooLong = AbortSignal.timeout(seconds * 1000);
  const within = AbortSignal.any([signal, tooLong]);
  try {
    return await runWords(deps, context, { service, release, variables, jobId: job.id, signal: within }, command, within);
  } catch (error) {
    throw tooLong.aborted && !signal.aborted ? fail("RUN_TOO_LONG", { service: service.name, seconds }) : error;
  }
}
