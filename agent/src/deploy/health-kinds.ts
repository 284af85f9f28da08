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
import { inWords, seenIn, type Seen } from "./seen.ts";
import { tryPort } from "./try-port.ts";
import { askOnce, tryApp } from "./try.ts";
import { checkSeconds } from "./watch.ts";

type LookDeps = Pick<DeployDeps, "db" | "caddy" | "docker">;
type Looked = Pick<CheckRequest, "service" | "release"> & { containerId: string; address: string };

/** What one look at an instance finds; `unseen`: nothing can be said of it, as while Caddy is away. */
export type Look =
  | { is: "well" }
  | { is: "unseen" }
  /** Of its answer no more than a status or the words of an error; `counted`: Docker has asked several times already. */
  | { is: "unwell"; said: string; counted?: boolean };

type Kind<H extends Health> = {
  /** Ends when one instance is well, else fails with the reason. The exit of its process is watched beside it. */
  check(deps: DeployDeps, request: CheckRequest, health: H, signal: AbortSignal): Promise<void>;
  /** Whether one that runs is well now. */
  look(deps: LookDeps, looked: Looked, health: H, milliseconds: number, signal: AbortSignal): Promise<Look>;
};

const WELL: Look = { is: "well" };

/** A new kind of check is a new entry. */
const kinds: { [By in HealthKind]: Kind<HealthOf<By>> } = {
  http: {
    check: (deps, request, health, signal) => both(tryApp(deps, request, health, signal), besideOwnHealth(deps, request, signal)),
    async look(deps, { service, release, address }, health, milliseconds, signal) {
      const upstream = { address, port: release.port ?? 0 };
      const trial = await deps.caddy.trial(upstream);
      try {
        return lookIn(seenIn(await askOnce(deps, { service, release, upstream, health, trial }, milliseconds, signal), health), upstream.port, health.path ?? "/");
      } finally {
        await trial.end();
      }
    },
  },
  tcp: {
    check: (deps, request, _, signal) => both(tryPort(deps, request, signal), besideOwnHealth(deps, request, signal)),
    look: async (_deps, looked, _health, _, signal) => (await closedPort(looked, signal)) ?? WELL,
  },
  command: {
    async check(deps, request, _, signal) {
      await both(portToo(deps, request, signal), awaitHealthy(deps, request, byCommand(request.service), signal));
    },
    look: (deps, looked, _, __, signal) => asDockerSays(deps, looked, "The health command", signal),
  },
  image: {
    async check(deps, request, _, signal) {
      // Told before anything is waited for: nothing else would show that it is well.
      if ((await containerHealth(deps.docker, request.launched.containerId)) === null) throw fail("HEALTHCHECK_MISSING", { service: request.service.name });
      await both(portToo(deps, request, signal), awaitHealthy(deps, request, byImage(request.service), signal));
    },
    look: (deps, looked, _, __, signal) => asDockerSays(deps, looked, "The image's HEALTHCHECK", signal),
  },
  up: {
    check: (deps, request, _, signal) => both(staysUp(request, signal), besideOwnHealth(deps, request, signal)),
    look: async () => WELL,
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
  return (await (kinds[health.by] as Kind<Health>).look(deps, looked, health, milliseconds, signal)).is === "well";
}

/** A live instance is given so long for an answer, where its settings do not say how long. */
const PROBE_SECONDS = 10;

/** How a release is asked while it serves: every so many seconds; null: nothing would tell that it is unwell but its end. */
export function probeOf(release: Pick<ReleaseRow, "shape" | "config" | "port">): { everySeconds: number | undefined } | null {
  const health = healthOfRelease(release);
  if (health.by === "up" || (asksPort(health.by) && release.port === null)) return null;
  return { everySeconds: "intervalSeconds" in health ? health.intervalSeconds : undefined };
}

/** One question to one that serves: never a second beside one that is not answered yet, which would only burden it. */
export function probeOnce(deps: LookDeps, looked: Looked, signal: AbortSignal): Promise<Look> {
  const health = healthOfRelease(looked.release);
  const seconds = ("timeoutSeconds" in health ? health.timeoutSeconds : undefined) ?? PROBE_SECONDS;
  const asked = health.by === "http" ? { ...health, timeoutSeconds: seconds } : health;
  return (kinds[health.by] as Kind<Health>).look(deps, looked, asked, seconds * 1000, signal);
}

async function both(...checks: Promise<unknown>[]): Promise<void> {
  await Promise.all(checks);
}

/** Who is sent visitors must let them in, whatever else shows that it is well. */
const portToo = async (deps: DeployDeps, request: CheckRequest, signal: AbortSignal): Promise<void> => {
  if (mustListen(request.release)) await tryPort(deps, { ...request, detail: () => {} }, signal);
};
const mustListen = (release: Pick<ReleaseRow, "shape">): boolean => traitsOf(release).port === "wanted";

async function asDockerSays({ docker }: LookDeps, looked: Looked, who: string, signal: AbortSignal): Promise<Look> {
  const closed = mustListen(looked.release) ? await closedPort(looked, signal) : null;
  if (closed !== null) return closed;
  const health = await containerHealth(docker, looked.containerId);
  if (health === null || health.status === "healthy") return WELL;
  if (health.status !== "unhealthy") return { is: "unseen" };
  // What it printed may be anything.
  return { is: "unwell", said: health.exitCode > 0 ? `${who} ends with exit code ${health.exitCode}` : `${who} does not end in its time`, counted: true };
}

async function closedPort(looked: Looked, signal: AbortSignal): Promise<Look | null> {
  return (await isOpen(looked, signal)) ? null : { is: "unwell", said: `Port ${looked.release.port ?? 0} accepts no connections` };
}

/** Only what is no part of an answer's content. */
function lookIn(seen: Seen, port: number, path: string): Look {
  if (seen.state === "good") return WELL;
  if (seen.state === "caddy") return { is: "unseen" };
  if (seen.state === "away") return { is: "unwell", said: `Port ${port} accepts no connections` };
  if (seen.state === "silent") return { is: "unwell", said: `GET ${path} is not answered in time` };
  return { is: "unwell", said: seen.state === "strange" ? `Port ${port} does not speak HTTP` : inWords(seen, port, path) };
}

const isOpen = ({ release, address }: Looked, signal: AbortSignal): Promise<boolean> => accepts({ address, port: release.port ?? 0 }, signal);

async function staysUp({ release, detail }: CheckRequest, signal: AbortSignal): Promise<void> {
  const seconds = checkSeconds(release.config);
  detail(`Must stay up for ${seconds} s`);
  await sleep(seconds * 1000, undefined, { signal });
  detail(`Stayed up for ${seconds} s`);
}
