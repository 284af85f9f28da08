import { setTimeout as sleep } from "node:timers/promises";
import { inspectContainer } from "../docker/container.ts";
import { readOutput } from "../docker/output.ts";
import { waitForExit } from "../docker/wait.ts";
import type { JobContext } from "../jobs/index.ts";
import { shapeOf } from "../shapes/index.ts";
import type { ReleaseRow, ServiceRow } from "../store/index.ts";
import type { DeployDeps } from "./deps.ts";
import { causeOf } from "./ended.ts";
import type { Launched } from "./launch.ts";
import { awaitOwnHealth } from "./own-health.ts";

const LAST_WORDS_MS = 1000;
/** What the app says while it starts goes into the deployment's log, up to here. */
const FIRST_LINES = 1000;

export type CheckRequest = {
  service: ServiceRow;
  release: Pick<ReleaseRow, "shape" | "config" | "port">;
  launched: Launched;
  detail: (text: string) => void;
  log: JobContext["log"];
};

/** As its shape is checked: good within the time, or a reason that names the app. The app's exit ends it at once. */
export async function checkHealth(deps: DeployDeps, request: CheckRequest, signal: AbortSignal): Promise<void> {
  const { launched, log } = request;
  const ended = new AbortController();
  const within = AbortSignal.any([signal, ended.signal]);
  const told = tell(deps, launched.containerId, log, within);
  try {
    const exit = waitForExit(deps.docker, launched.containerId, within).then(async (code) => {
      // Its output ends with it: the last lines belong into the log before the verdict.
      await Promise.race([told, sleep(LAST_WORDS_MS)]);
      throw await causeOf(deps, request, code);
    });
    await Promise.race([exit, Promise.all([shapeOf(request.release).check(deps, request, within), awaitOwnHealth(deps, request, within)])]);
    // Good and gone at the same moment is gone.
    const facts = await inspectContainer(deps.docker, launched.containerId);
    if (facts === null || !facts.running) throw await causeOf(deps, request, facts?.exitCode ?? -1);
  } finally {
    ended.abort();
    await told;
  }
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
