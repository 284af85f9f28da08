import { setTimeout as sleep } from "node:timers/promises";
import type { HealthOf } from "../../contract/index.ts";
import type { Trial, TrialAnswer } from "../caddy/index.ts";
import { hostnamesOf } from "../store/index.ts";
import type { CheckRequest } from "./check.ts";
import type { DeployDeps } from "./deps.ts";
import { speaksTls, type Upstream } from "./dialect.ts";
import { circleFrom } from "./redirects.ts";
import { inWords, seenIn, type Seen } from "./seen.ts";
import { verdict } from "./verdict.ts";
import { watch } from "./watch.ts";

/** One that hangs for so long gets another beside it: an app that came up late may have lost the first. */
const PATIENCE_MS = 5000;

/** What is asked, and of whom. */
export type Asked = Pick<CheckRequest, "service" | "release"> & { upstream: Upstream; health: HealthOf<"http">; trial: Trial };

/**
 * Asks an app through Caddy as a visitor would, while nobody is sent to it: good and steady within the time of its
 * health check, or a failure that names what is wrong with it. Only what has come through here may be routed.
 */
export async function tryApp(deps: DeployDeps, request: CheckRequest, health: HealthOf<"http">, signal: AbortSignal): Promise<void> {
  const { release, launched, detail } = request;
  const upstream = { address: launched.address, port: release.port ?? 0 };
  const path = health.path ?? "/";
  let said = "";
  await deps.caddy.ensure(signal);
  const trial = await deps.caddy.trial(upstream);
  try {
    const failed = await watch(
      {
        config: release.config,
        intervalSeconds: health.intervalSeconds,
        look: (milliseconds) => look(deps, { ...request, upstream, health, trial }, milliseconds, signal),
        async saw(seen) {
          const words = inWords(seen, upstream.port, path);
          if (words !== said) detail((said = words));
          if (seen.state === "caddy") await deps.caddy.ensure(signal);
        },
      },
      signal,
    );
    if (failed !== null) throw await verdict(deps, { ...request, ...failed, upstream, health }, signal);
  } finally {
    await trial.end();
  }
}

/** One try, to its end; where the settings give an answer a time of its own, not beyond that. */
async function look(deps: DeployDeps, asked: Asked, milliseconds: number, signal: AbortSignal): Promise<Seen> {
  const { upstream, health, trial } = asked;
  const { host, path } = placeOf(deps, asked);
  const answer = await askOnce(deps, asked, milliseconds, signal);
  const seen = seenIn(answer, health);
  if (seen.state !== "good" || answer.kind !== "answer") return seen;
  // Servers that want TLS answer plain HTTP so, politely.
  if (answer.status === 400 && (await speaksTls(upstream, signal))) return { state: "strange", said: "it answers 400 to what is not TLS" };
  if (answer.location === null || answer.status < 300 || answer.status > 399) return seen;
  const via = await circleFrom(host, path, (at, cookie) => trial.ask({ host, path: at, headers: health.headers, cookie, milliseconds: PATIENCE_MS, signal }));
  return via === null ? seen : { state: "circle", via };
}

/** The question of a health check, asked until there is an answer or the time is up. */
export function askOnce(deps: Pick<DeployDeps, "db">, asked: Asked, milliseconds: number, signal: AbortSignal): Promise<TrialAnswer> {
  const { health, trial } = asked;
  const ask = (left: number, within: AbortSignal) => trial.ask({ ...placeOf(deps, asked), headers: health.headers, milliseconds: left, signal: within });
  if (health.timeoutSeconds !== undefined) return ask(Math.min(milliseconds, health.timeoutSeconds * 1000), signal);
  return patiently(ask, milliseconds, signal);
}

/** Read at each question: a person may have changed the hostname meanwhile. */
function placeOf({ db }: Pick<DeployDeps, "db">, { service, health }: Asked): { host: string; path: string } {
  const told = Object.entries(health.headers).find(([name]) => name.toLowerCase() === "host")?.[1];
  return { host: told ?? hostnamesOf(db, service.id)[0] ?? service.name, path: health.path ?? "/" };
}

/** The first answer of several requests, each begun later than the one before. */
async function patiently(
  ask: (milliseconds: number, signal: AbortSignal) => Promise<TrialAnswer>,
  milliseconds: number,
  signal: AbortSignal,
): Promise<TrialAnswer> {
  const answered = new AbortController();
  const within = AbortSignal.any([signal, answered.signal]);
  const end = performance.now() + milliseconds;
  const asks: Promise<TrialAnswer>[] = [];
  try {
    for (let pause = PATIENCE_MS; ; pause *= 2) {
      const left = end - performance.now();
      if (left <= 0) return { kind: "silent" };
      asks.push(ask(left, within));
      const first = await Promise.race([...asks, sleep(Math.min(pause, left), null, { signal: within })]);
      if (first !== null) return first;
    }
  } finally {
    answered.abort();
  }
}
