import { setTimeout as sleep } from "node:timers/promises";
import { asksPort, healthOf, type Health, type HealthKind, type HealthOf } from "../../contract/index.ts";
import { fail } from "../../contract/problem.ts";
import { containerHealth } from "../docker/container.ts";
import { traitsOf } from "../shapes/index.ts";
import type { ReleaseRow } from "../store/index.ts";
import type { CheckRequest } from "./check.ts";
import type { DeployDeps } from "./deps.ts";
import { accepts } from "./dialect.ts";
import { awaitHealthy, besideOwnHealth, byCommand, byImage } from "./own-health.ts";
import { seenIn } from "./seen.ts";
import { tryPort } from "./try-port.ts";
import { askOnce, tryApp } from "./try.ts";
import { checkSeconds } from "./watch.ts";

type LookDeps = Pick<DeployDeps, "db" | "caddy" | "docker">;
type Looked = Pick<CheckRequest, "service" | "release"> & { containerId: string; address: string };

type Kind<H extends Health> = {
  /** Ends when one instance is well, else fails with the reason. The exit of its process is watched beside it. */
  check(deps: DeployDeps, request: CheckRequest, health: H, signal: AbortSignal): Promise<void>;
  /** Whether one that runs again is well now; asked again until it is, or its time is up. */
  look(deps: LookDeps, looked: Looked, health: H, milliseconds: number, signal: AbortSignal): Promise<boolean>;
};

/** A new kind of check is a new entry. */
const kinds: { [By in HealthKind]: Kind<HealthOf<By>> } = {
  http: {
    check: (deps, request, health, signal) => both(tryApp(deps, request, health, signal), besideOwnHealth(deps, request, signal)),
    async look(deps, { service, release, address }, health, milliseconds, signal) {
      const upstream = { address, port: release.port ?? 0 };
      const trial = await deps.caddy.trial(upstream);
      try {
        return seenIn(await askOnce(deps, { service, release, upstream, health, trial }, milliseconds, signal), health).state === "good";
      } finally {
        await trial.end();
      }
    },
  },
  tcp: {
    check: (deps, request, _, signal) => both(tryPort(deps, request, signal), besideOwnHealth(deps, request, signal)),
    look: (_deps, looked, _health, _, signal) => isOpen(looked, signal),
  },
  command: {
    async check(deps, request, _, signal) {
      await both(portToo(deps, request, signal), awaitHealthy(deps, request, byCommand(request.service), signal));
    },
    look: (deps, looked, _, __, signal) => isHealthy(deps, looked, signal),
  },
  image: {
    async check(deps, request, _, signal) {
      // Told before anything is waited for: nothing else would show that it is well.
      if ((await containerHealth(deps.docker, request.launched.containerId)) === null) throw fail("HEALTHCHECK_MISSING", { service: request.service.name });
      await both(portToo(deps, request, signal), awaitHealthy(deps, request, byImage(request.service), signal));
    },
    look: (deps, looked, _, __, signal) => isHealthy(deps, looked, signal),
  },
  up: {
    check: (deps, request, _, signal) => both(staysUp(request, signal), besideOwnHealth(deps, request, signal)),
    look: async () => true,
  },
};

const healthOfRelease = (release: Pick<ReleaseRow, "shape" | "config">): Health => healthOf(release.config, traitsOf(release));

/** As its settings say, else as its shape is checked. */
export function checkOnce(deps: DeployDeps, request: CheckRequest, signal: AbortSignal): Promise<void> {
  const health = healthOfRelease(request.release);
  return (kinds[health.by] as Kind<Health>).check(deps, request, health, signal);
}

/** Whether one that runs again is well; without a port there is nobody to ask. */
export async function lookOnce(deps: LookDeps, looked: Looked, milliseconds: number, signal: AbortSignal): Promise<boolean> {
  const health = healthOfRelease(looked.release);
  if (asksPort(health.by) && looked.release.port === null) return true;
  return (kinds[health.by] as Kind<Health>).look(deps, looked, health, milliseconds, signal);
}

async function both(...checks: Promise<unknown>[]): Promise<void> {
  await Promise.all(checks);
}

/** Who is sent visitors must let them in, whatever else shows that it is well. */
const portToo = async (deps: DeployDeps, request: CheckRequest, signal: AbortSignal): Promise<void> => {
  if (mustListen(request.release)) await tryPort(deps, { ...request, detail: () => {} }, signal);
};
const mustListen = (release: Pick<ReleaseRow, "shape">): boolean => traitsOf(release).port === "wanted";

async function isHealthy({ docker }: LookDeps, looked: Looked, signal: AbortSignal): Promise<boolean> {
  if (mustListen(looked.release) && !(await isOpen(looked, signal))) return false;
  const health = await containerHealth(docker, looked.containerId);
  return health === null || health.status === "healthy";
}

const isOpen = ({ release, address }: Looked, signal: AbortSignal): Promise<boolean> => accepts({ address, port: release.port ?? 0 }, signal);

async function staysUp({ release, detail }: CheckRequest, signal: AbortSignal): Promise<void> {
  const seconds = checkSeconds(release.config);
  detail(`Must stay up for ${seconds} s`);
  await sleep(seconds * 1000, undefined, { signal });
  detail(`Stayed up for ${seconds} s`);
}
