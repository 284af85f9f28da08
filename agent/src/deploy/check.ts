import { setTimeout as sleep } from "node:timers/promises";
import { fail } from "../../contract/problem.ts";
import { inspectContainer } from "../docker/container.ts";
import { lastLines, readOutput } from "../docker/output.ts";
import { waitForExit } from "../docker/wait.ts";
import { fault, type JobContext } from "../jobs/index.ts";
import type { LogStream } from "../log/line.ts";
import type { ReleaseRow, ServiceRow } from "../store/index.ts";
import { atOnce } from "./at-once.ts";
import type { DeployDeps } from "./deps.ts";
import type { Launched } from "./launch.ts";
import { probePath, probePort, type Probe } from "./probe.ts";

const EVERY_MS = 250;
const ONE_TRY_MS = 5000;
/** Lines of a dead app that stand beside its exit code. */
const LAST_LINES = 20;
const LAST_WORDS_MS = 1000;
/** What the app says while it starts goes into the deployment's log, up to here. */
const FIRST_LINES = 1000;

export type CheckRequest = {
  service: ServiceRow;
  release: Pick<ReleaseRow, "config" | "port">;
  launched: Launched;
  detail: (text: string) => void;
  log: JobContext["log"];
};

/** All side by side; the first that fails ends the check of the others. */
export async function checkInstances(
  deps: DeployDeps,
  request: Omit<CheckRequest, "launched">,
  launched: Launched[],
  signal: AbortSignal,
): Promise<void> {
  const [only] = launched;
  if (launched.length === 1) return checkHealth(deps, { ...request, launched: only! }, signal);
  const failed = new AbortController();
  const within = AbortSignal.any([signal, failed.signal]);
  let good = 0;
  const told = (text: string) => request.detail(`${good} of ${launched.length} instances are ready. ${text}`);
  await atOnce(launched, launched.length, async (instance) => {
    const name = `Instance ${instance.ordinal}`;
    const own = { ...request, launched: instance, detail: (text: string) => told(`${name}: ${text}`), log: (text: string, stream?: LogStream) => request.log(`${name}: ${text}`, stream) };
    try {
      await checkHealth(deps, own, within);
      good += 1;
    } catch (error) {
      failed.abort(error);
      throw error;
    }
  });
  request.detail(`${launched.length} instances are ready`);
}

/** Asked from the host, as Caddy will ask: good within the time, or a reason. The app's exit ends it at once. */
export async function checkHealth(deps: DeployDeps, request: CheckRequest, signal: AbortSignal): Promise<void> {
  const { service, launched, log } = request;
  const ended = new AbortController();
  const within = AbortSignal.any([signal, ended.signal]);
  const told = tell(deps, launched.containerId, log, within);
  try {
    fault("check.before");
    const exit = waitForExit(deps.docker, launched.containerId, within).then(async (code) => {
      // Its output ends with it: the last lines belong into the log before the verdict.
      await Promise.race([told, sleep(LAST_WORDS_MS)]);
      throw await exited(deps, service, launched.containerId, code);
    });
    await Promise.race([exit, service.kind === "worker" ? staysUp(request, within) : becomesHealthy(request, within)]);
    // Good and gone at the same moment is gone.
    const facts = await inspectContainer(deps.docker, launched.containerId);
    if (facts === null || !facts.running) throw await exited(deps, service, launched.containerId, facts?.exitCode ?? -1);
    fault("check.after");
  } finally {
    ended.abort();
    await told;
  }
}

async function exited({ docker }: DeployDeps, service: ServiceRow, id: string, code: number) {
  const lines = await lastLines(docker, id, LAST_LINES).catch(() => []);
  // The image's init says so when there was nothing to run.
  const refused = code >= 126 ? lines.map((line) => /^\[FATAL tini \(\d+\)\] (.*)$/.exec(line)?.[1]).find(Boolean) : undefined;
  if (refused) return fail("CONTAINER_NOT_STARTED", { service: service.name, why: refused.replace(/\.$/, "") });
  return fail("APP_EXITED", { service: service.name, code }, { detail: lines.join("\n") });
}

async function staysUp({ release, detail }: CheckRequest, signal: AbortSignal): Promise<void> {
  const seconds = release.config.healthSeconds;
  detail(`Must stay up for ${seconds} s`);
  fault("check.during");
  await sleep(seconds * 1000, undefined, { signal });
  detail(`Stayed up for ${seconds} s`);
}

async function becomesHealthy(request: CheckRequest, signal: AbortSignal): Promise<void> {
  const { service, release, launched, detail } = request;
  const { healthPath, healthSeconds: seconds } = release.config;
  const target = { address: launched.address, port: release.port ?? 0 };
  const host = service.hostname ?? service.name;
  const end = performance.now() + seconds * 1000;
  let last: Probe = { state: "away" };
  detail(healthPath === null ? `Waiting for port ${target.port}` : `Waiting for GET ${healthPath}`);
  fault("check.during");
  for (let left = seconds * 1000; left > 0; left = end - performance.now()) {
    const limit = Math.max(100, Math.min(ONE_TRY_MS, left));
    const probe =
      healthPath === null
        ? await probePort(target, limit, signal)
        : await probePath({ ...target, path: healthPath, host }, limit, signal);
    signal.throwIfAborted();
    if (probe.state === "good") {
      return detail(healthPath === null ? `Port ${target.port} accepts connections` : `GET ${healthPath} answers ${probe.answer}`);
    }
    if (probe.state === "bad") {
      last = probe;
      detail(`GET ${healthPath} answers ${probe.answer}`);
    }
    await sleep(EVERY_MS, undefined, { signal });
  }
  if (last.state === "bad") {
    throw fail("HEALTH_CHECK_FAILED", { service: service.name, answer: last.answer, path: healthPath ?? "/", seconds });
  }
  throw fail("APP_NOT_LISTENING", { service: service.name, port: target.port, seconds });
}

/** The app's own words while it is watched; a log that cannot be read fails nothing. */
async function tell({ docker }: DeployDeps, id: string, log: JobContext["log"], signal: AbortSignal): Promise<void> {
  let count = 0;
  try {
    for await (const { text, stream } of readOutput(docker, id, { follow: true, signal })) {
      count += 1;
      if (count <= FIRST_LINES) log(text, stream);
    }
  } catch {
    // The same engine answers the check itself, which says what is wrong.
  }
}
