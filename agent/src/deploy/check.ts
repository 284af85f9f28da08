import { inspectContainer } from "../docker/container.ts";
import { waitForExit } from "../docker/wait.ts";
import type { JobContext } from "../jobs/index.ts";
import type { ReleaseRow, ServiceRow } from "../store/index.ts";
import type { DeployDeps } from "./deps.ts";
import { causeOf } from "./ended.ts";
import { checkOnce } from "./health-kinds.ts";
import type { Launched } from "./launch.ts";
import { lastWords, tell } from "./tell.ts";

/** What the app says while it starts goes into the deployment's log, up to here. */
const FIRST_LINES = 1000;

export type CheckRequest = {
  service: ServiceRow;
  release: Pick<ReleaseRow, "shape" | "config" | "port">;
  launched: Launched;
  detail: (text: string) => void;
  log: JobContext["log"];
};

/** As its settings say: good within the time, or a reason that names the app. The app's exit ends it at once. */
export async function checkHealth(deps: DeployDeps, request: CheckRequest, signal: AbortSignal): Promise<void> {
  const { launched, log } = request;
  const ended = new AbortController();
  const within = AbortSignal.any([signal, ended.signal]);
  const told = tell(deps.docker, launched.containerId, log, within, FIRST_LINES);
  try {
    const exit = waitForExit(deps.docker, launched.containerId, within).then(async (code) => {
      // Its output ends with it: the last lines belong into the log before the verdict.
      await lastWords(told);
      throw await causeOf(deps, request, code);
    });
    await Promise.race([exit, checkOnce(deps, request, within)]);
    // Good and gone at the same moment is gone.
    const facts = await inspectContainer(deps.docker, launched.containerId);
    if (facts === null || !facts.running) throw await causeOf(deps, request, facts?.exitCode ?? -1);
  } finally {
    ended.abort();
    await told;
  }
}
