import { setTimeout as sleep } from "node:timers/promises";
import { alsoByImage } from "../../contract/index.ts";
import { fail, type Failure } from "../../contract/problem.ts";
import { containerHealth } from "../docker/container.ts";
import type { CheckRequest } from "./check.ts";
import type { DeployDeps } from "./deps.ts";
import { checkSeconds } from "./watch.ts";

const EVERY_MS = 500;

type Passing = {
  detail: string;
  /** Docker's "unhealthy" is the end of it. */
  isFinal: boolean;
  refused: (said: string, seconds: number) => Failure;
};

/** Waits until Docker calls a container healthy; answers false where it has nothing to tell that by. */
export async function awaitHealthy({ docker }: Pick<DeployDeps, "docker">, { release, launched, detail }: CheckRequest, passing: Passing, signal: AbortSignal): Promise<boolean> {
  const first = await containerHealth(docker, launched.containerId);
  if (first === null) return false;
  const begun = performance.now();
  const counts = begun + (release.config.startSeconds ?? 0) * 1000;
  const seconds = checkSeconds(release.config);
  detail(passing.detail);
  for (let seen: typeof first | null = first; ; seen = await containerHealth(docker, launched.containerId)) {
    // Gone: its exit is told beside this.
    if (seen === null || seen.status === "healthy") return true;
    const now = performance.now();
    const isOver = passing.isFinal && seen.status === "unhealthy" && now >= counts;
    if (isOver || now >= begun + seconds * 1000) throw passing.refused(seen.said || "nothing", seconds);
    await sleep(EVERY_MS, undefined, { signal });
  }
}

/** The HEALTHCHECK that the image declares. */
export const byImage = ({ name }: { name: string }): Passing => ({
  detail: "Waiting for the image's HEALTHCHECK",
  isFinal: true,
  refused: (said, seconds) => fail("IMAGE_UNHEALTHY", { service: name, said, seconds }),
});

/** A command of the settings, which Docker runs in the place of the image's HEALTHCHECK. */
export const byCommand = ({ name }: { name: string }): Passing => ({
  detail: "Waiting for the health command",
  isFinal: false,
  refused: (said, seconds) => fail("HEALTH_COMMAND_FAILED", { service: name, said, seconds }),
});

/** Beside another check: waited for where settings from before there was a choice ask for that, else only told. */
export async function besideOwnHealth(deps: DeployDeps, request: CheckRequest, signal: AbortSignal): Promise<void> {
  const { service, release, launched, log } = request;
  if (alsoByImage(release.config)) {
    if (!(await awaitHealthy(deps, request, byImage(service), signal))) log("The image has no HEALTHCHECK to wait for", "system");
    return;
  }
  if ((await containerHealth(deps.docker, launched.containerId)) !== null) {
    log("The image has a HEALTHCHECK; the service's settings say that it is not waited for", "system");
  }
}
