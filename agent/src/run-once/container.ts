import { fail, type Problem } from "../../contract/problem.ts";
import type { DeployDeps } from "../deploy/deps.ts";
import { causeOf } from "../deploy/ended.ts";
import { prepare, refusal, reserveAddress, specOf, type LaunchRequest } from "../deploy/launch.ts";
import { memoryWords, stopSecondsOf } from "../deploy/limits.ts";
import { createContainer, inspectContainer, listContainers, removeContainer, startContainer, stopContainer } from "../docker/container.ts";
import { short } from "../docker/names.ts";
import { waitForExit } from "../docker/wait.ts";
import type { JobContext } from "../jobs/index.ts";
import { findRelease } from "../store/index.ts";
import { runInput, stateOf } from "./asked.ts";
import { complete, follow } from "./output.ts";

/** Of a release that is gone it is not known how long its processes may take to end. */
const STOP_SECONDS = 10;

/**
 * Makes the container, runs the words in it and waits for their end, which is written down. It gets no requests and no
 * private name. The release comes without its volumes, which are another process's.
 */
export async function runWords(deps: DeployDeps, context: JobContext, request: LaunchRequest, command: string, signal: AbortSignal): Promise<Problem | null> {
  const { docker } = deps;
  const { subnet, process } = await prepare(deps, request, command);
  const address = await reserveAddress(deps, request, subnet, (address) => context.checkpoint({ address }));
  const spec = specOf(deps, request, process, { name: [short(context.job.id), "once"], address, once: "1" });
  signal.throwIfAborted();
  context.checkpoint({ address, begun: true });
  const id = await createContainer(docker, { ...spec, healthcheck: undefined }).catch((error: unknown) => {
    throw refusal(error, request.service, request.release);
  });
  // Docker may have answered late: of one that was cancelled meanwhile its undo has not found this.
  if (signal.aborted) await removeContainer(docker, id, { withVolumes: true }).catch(() => {});
  signal.throwIfAborted();
  await startContainer(docker, id, request.service.name);
  await deps.names.admit();
  const exitCode = await untilExit(deps, context, id, signal);
  const problem = exitCode === 0 ? null : await whyEnded(deps, request, id, exitCode);
  context.checkpoint({ address, begun: true, exitCode, ended: { problem } });
  return problem;
}

async function untilExit({ docker }: DeployDeps, context: JobContext, id: string, signal: AbortSignal): Promise<number> {
  signal.throwIfAborted();
  const over = new AbortController();
  const within = AbortSignal.any([signal, over.signal]);
  const told = follow(docker, context, id, within);
  const aborted = new Promise<never>((_, reject) => signal.addEventListener("abort", () => reject(signal.reason as Error), { once: true, signal: over.signal }));
  try {
    return await Promise.race([waitForExit(docker, id, within), aborted]);
  } finally {
    over.abort();
    await told;
  }
}

async function whyEnded(deps: DeployDeps, { service, release }: LaunchRequest, id: string, code: number): Promise<Problem> {
  const launched = { id: "", ordinal: 0, containerId: id, containerName: "", address: "" };
  const { problem } = await causeOf(deps, { service, release, launched, detail: () => {}, log: () => {} }, code);
  const { detail } = problem;
  if (problem.code === "APP_OUT_OF_MEMORY") return fail("RUN_OUT_OF_MEMORY", { service: service.name, limit: memoryWords(release.config) }, { detail: detail ?? undefined }).problem;
  // What never began, and what its image wants, is told as with an instance.
  const other = problem.code === "CONTAINER_NOT_STARTED" || problem.code === "SCRIPT_HAS_CRLF";
  return other ? problem : fail("RUN_FAILED", { service: service.name, code }, { detail: detail ?? undefined }).problem;
}

/** Its stop signal, its grace, the end; then its last words, and it is gone with the data that only it had. As often as one likes. */
export async function takeAway(deps: DeployDeps, context: JobContext): Promise<void> {
  const { docker, db, instanceId } = deps;
  const release = findRelease(db, runInput.safeParse(context.job.input).data?.releaseId ?? "");
  const grace = release === undefined ? STOP_SECONDS : stopSecondsOf(release.config);
  for (const { id, owner } of await listContainers(docker, instanceId, context.job.serviceId ?? undefined)) {
    if (owner.job !== context.job.id) continue;
    await stopContainer(docker, id, grace);
    const state = stateOf(context.job.checkpoint);
    const facts = await inspectContainer(docker, id);
    if (state.exitCode === undefined && facts !== null && facts.startedAt > 0) context.checkpoint({ ...state, exitCode: facts.exitCode });
    await complete(docker, context, id).catch((error: unknown) => deps.note("output of a command not kept", { job: context.job.id, error: String(error) }));
    await removeContainer(docker, id, { withVolumes: true });
  }
}

