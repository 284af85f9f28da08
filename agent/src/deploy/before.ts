import { fail } from "../../contract/problem.ts";
import { createContainer, removeContainer, startContainer } from "../docker/container.ts";
import { lastLines } from "../docker/output-kept.ts";
import { short } from "../docker/names.ts";
import { waitForExit } from "../docker/wait.ts";
import type { JobContext } from "../jobs/index.ts";
import { endInstance, findInstance } from "../store/index.ts";
import { bounded } from "./bounded.ts";
import type { DeployDeps } from "./deps.ts";
import { prepare, refusal, reserve, specOf, type LaunchRequest } from "./launch.ts";
import { refuseSecond } from "./mounts.ts";
import { lastWords, tell } from "./tell.ts";

/** Added to the time that the step is given. */
export const BEFORE_SECONDS = 1800;
/** Of a process that failed, beside its exit code. */
const LAST_LINES = 20;
/** It holds an address like an instance, and is none. */
const NO_ORDINAL = 0;

/**
 * Runs a line of the settings once in the new image, while whatever served before serves on; one with volumes is let to them
 * once that has ended. Its container is of this job,
 * so that a deploy which is cancelled or was cut off removes it with the rest that it made; it is never begun twice by one.
 */
export async function runBefore(deps: DeployDeps, context: JobContext, request: LaunchRequest, line: string, signal: AbortSignal): Promise<void> {
  const { service } = request;
  context.detail(`Runs ${line}`);
  context.log(`Before the deploy: ${line}`);
  const { subnet, process } = await prepare(deps, request, line);
  // The row keeps its address from others; undoing a deploy ends it.
  const [place] = await reserve(deps, request, subnet, [NO_ORDINAL]);
  const spec = specOf(deps, request, process, { name: [short(context.job.id), "before"], address: place!.address });
  const id = await createContainer(deps.docker, { ...spec, healthcheck: undefined }).catch((error: unknown) => {
    throw refusal(error, service, request.release);
  });
  try {
    // Docker may have answered late: one that was cancelled meanwhile has been undone.
    signal.throwIfAborted();
    await refuseSecond(deps, service, request.release, id);
    await startContainer(deps.docker, id, service.name);
    await deps.names.admit();
    const code = await ended(deps, context, id, signal);
    if (code !== 0) throw fail("BEFORE_DEPLOY_FAILED", { service: service.name, code }, { detail: (await lastLines(deps.docker, id, LAST_LINES).catch(() => [])).join("\n") });
  } finally {
    // Nobody was sent to it: what it wrote into volumes of its own is nobody's data. Where Docker is away, undoing or retiring removes it.
    await removeContainer(deps.docker, id, { withVolumes: true }).catch(() => {});
    const row = findInstance(deps.db, place!.id);
    if (row) endInstance(deps.db, row);
  }
}

/** Its exit code, once all that it said stands in the log. */
async function ended({ docker }: DeployDeps, { log }: JobContext, id: string, signal: AbortSignal): Promise<number> {
  signal.throwIfAborted();
  const over = new AbortController();
  const within = AbortSignal.any([signal, over.signal]);
  const output = bounded(log);
  const told = tell(docker, id, output.log, within, Number.POSITIVE_INFINITY);
  const aborted = new Promise<never>((_, reject) => signal.addEventListener("abort", () => reject(signal.reason as Error), { once: true, signal: over.signal }));
  try {
    const code = await Promise.race([waitForExit(docker, id, within), aborted]);
    await lastWords(told);
    return code;
  } finally {
    over.abort();
    await told;
    output.end();
  }
}
