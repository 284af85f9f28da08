import { setTimeout as sleep } from "node:timers/promises";
import { fail } from "../../contract/problem.ts";
import { containerHealth } from "../docker/container.ts";
import type { CheckRequest } from "./check.ts";
import type { DeployDeps } from "./deps.ts";

const EVERY_MS = 500;

/** The image's own HEALTHCHECK: waited for where the service asks for that, else only told. */
export async function awaitOwnHealth({ docker }: DeployDeps, { service, release, launched, log, detail }: CheckRequest, signal: AbortSignal): Promise<void> {
  const first = await containerHealth(docker, launched.containerId);
  if (!release.config.imageHealth) {
    if (first !== null) log("The image has a HEALTHCHECK; the service's settings say that it is not waited for", "system");
    return;
  }
  if (first === null) return log("The image has no HEALTHCHECK to wait for", "system");
  const { healthSeconds } = release.config;
  const end = performance.now() + healthSeconds * 1000;
  detail("Waiting for the image's HEALTHCHECK");
  for (let seen: typeof first | null = first; ; seen = await containerHealth(docker, launched.containerId)) {
    // Gone: its exit is told beside this.
    if (seen === null || seen.status === "healthy") return;
    if (seen.status === "unhealthy" || performance.now() >= end) throw fail("IMAGE_UNHEALTHY", { service: service.name, said: seen.said || "nothing", seconds: healthSeconds });
    await sleep(EVERY_MS, undefined, { signal });
  }
}
