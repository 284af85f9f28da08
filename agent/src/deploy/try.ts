import { setTimeout as sleep } from "node:timers/promises";
import type { Trial, TrialAnswer } from "../caddy/index.ts";
import { hostnamesOf } from "../store/index.ts";
import type { CheckRequest } from "./check.ts";
import type { DeployDeps } from "./deps.ts";
import { speaksTls, type Upstream } from "./dialect.ts";
import { circleFrom } from "./redirects.ts";
import { inWords, seenIn, type Seen } from "./seen.ts";
import { verdict } from "./verdict.ts";

const EVERY_MS = 250;
/** One that hangs for so long gets another beside it: an app that came up late may have lost the first. */
const PATIENCE_MS = 5000;
/** The shortest try: one that the end of the time cuts short would tell of silence where there is none. */
const ONE_TRY_MS = 1000;
/** Good answers for so long, from an app that is at least so old: many die right after they have opened their port. */
const STEADY_MS = 500;
const YOUNG_MS = 1500;
/** An answer that took so long has shown by itself that the app stays. */
const SLOW_MS = 3000;
/** For the answers that must follow a quick one. */
const AGAIN_MS = 10_000;

/**
 * Asks an app through Caddy as a visitor would, while nobody is sent to it: good and steady within the time of its
 * health check, or a failure that names what is wrong with it. Only what has come through here may be routed.
 */
export async function tryApp(deps: DeployDeps, request: CheckRequest, signal: AbortSignal): Promise<void> {
  const { service, release, launched } = request;
  const upstream = { address: launched.address, port: release.port ?? 0 };
  await deps.caddy.ensure(signal);
  const trial = await deps.caddy.trial(upstream);
  try {
    // A person may have changed the hostname meanwhile.
    const host = hostnamesOf(deps.db, service.id)[0] ?? service.name;
    await watch(deps, { ...request, upstream, host, trial }, signal);
  } finally {
    await trial.end();
  }
}

type Watched = CheckRequest & { upstream: Upstream; host: string; trial: Trial };

async function watch(deps: DeployDeps, watched: Watched, signal: AbortSignal): Promise<void> {
  const { release, upstream, detail } = watched;
  const { healthPath, healthSeconds } = release.config;
  const path = healthPath ?? "/";
  const begun = performance.now();
  const end = begun + healthSeconds * 1000;
  let last: Seen = { state: "away", refused: true };
  let goodSince: number | null = null;
  let falls = 0;
  let said = "";
  const say = (seen: Seen) => {
    const words = inWords(seen, upstream.port, path);
    if (words !== said) detail((said = words));
  };
  say(last);
  for (;;) {
    const asked = performance.now();
    // What has been good in time may show that it stays so.
    if (asked >= end && goodSince === null) break;
    const seen = await look(watched, path, goodSince === null ? Math.max(ONE_TRY_MS, end - asked) : AGAIN_MS, signal);
    signal.throwIfAborted();
    say(seen);
    const now = performance.now();
    if (seen.state === "good") {
      goodSince ??= now;
      const steady = now - goodSince >= STEADY_MS && now - begun >= YOUNG_MS;
      if (steady || now - asked >= SLOW_MS) return;
    } else {
      // When Caddy is away nothing is known of the app.
      if (goodSince !== null && seen.state !== "caddy") falls += 1;
      goodSince = null;
      last = seen;
      if (seen.state === "caddy") await deps.caddy.ensure(signal);
    }
    await sleep(EVERY_MS, undefined, { signal });
  }
  throw await verdict(deps, { ...watched, path, last, falls }, signal);
}

/** One try, to its end. */
async function look({ release, upstream, host, trial }: Watched, path: string, milliseconds: number, signal: AbortSignal): Promise<Seen> {
  const answer = await patiently((left, within) => trial.ask({ host, path, milliseconds: left, signal: within }), milliseconds, signal);
  const seen = seenIn(answer, release.config.healthPath);
  if (seen.state !== "good" || answer.kind !== "answer") return seen;
  // Servers that want TLS answer plain HTTP so, politely.
  if (answer.status === 400 && (await speaksTls(upstream, signal))) return { state: "strange", said: "it answers 400 to what is not TLS" };
  if (answer.location === null || answer.status < 300 || answer.status > 399) return seen;
  const via = await circleFrom(host, path, (at, cookie) => trial.ask({ host, path: at, cookie, milliseconds: PATIENCE_MS, signal }));
  return via === null ? seen : { state: "circle", via };
}

/** The first answer of several requests, each begun later than the one before. */
export async function patiently(
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
