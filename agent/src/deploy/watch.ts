import { setTimeout as sleep } from "node:timers/promises";
import type { OpenConfig } from "../../contract/index.ts";
import type { Seen } from "./seen.ts";

const EVERY_MS = 250;
/** The shortest try: one that the end of the time cuts short would tell of silence where there is none. */
const ONE_TRY_MS = 1000;
/** Good answers for so long, from an app that is at least so old: many die right after they have opened their port. */
const STEADY_MS = 500;
const YOUNG_MS = 1500;
/** An answer that took so long has shown by itself that the app stays. */
const SLOW_MS = 3000;
/** For the answers that must follow a quick one. */
const AGAIN_MS = 10_000;

/** Seconds that a check may take in all. */
export const checkSeconds = ({ startSeconds = 0, healthSeconds }: Pick<OpenConfig, "startSeconds" | "healthSeconds">): number => startSeconds + healthSeconds;

export type Watch = {
  config: Pick<OpenConfig, "startSeconds" | "healthSeconds">;
  /** Between two looks, where a person says so. */
  intervalSeconds?: number | undefined;
  /** One look, that ends within the time. */
  look(milliseconds: number): Promise<Seen>;
  saw(seen: Seen): Promise<void>;
};

/** Looks until it is good and stays so: then null, else what was seen last, never "good", and how often it was good and then not any more. */
export async function watch({ config, intervalSeconds, look, saw }: Watch, signal: AbortSignal): Promise<{ last: Seen; falls: number } | null> {
  const begun = performance.now();
  const counts = begun + (config.startSeconds ?? 0) * 1000;
  const end = begun + checkSeconds(config) * 1000;
  const pauseMs = intervalSeconds === undefined ? EVERY_MS : intervalSeconds * 1000;
  let last: Seen = { state: "away", refused: true };
  let goodSince: number | null = null;
  let falls = 0;
  await saw(last);
  for (;;) {
    const asked = performance.now();
    // What has been good in time may show that it stays so.
    if (asked >= end && goodSince === null) return { last, falls };
    const seen = await look(goodSince === null ? Math.max(ONE_TRY_MS, end - asked) : AGAIN_MS);
    signal.throwIfAborted();
    await saw(seen);
    const now = performance.now();
    if (seen.state === "good") {
      goodSince ??= now;
      const steady = now - goodSince >= STEADY_MS && now - begun >= YOUNG_MS;
      if (steady || now - asked >= SLOW_MS) return null;
    } else {
      // When Caddy is away nothing is known of the app.
      if (goodSince !== null && seen.state !== "caddy" && now >= counts) falls += 1;
      goodSince = null;
      last = seen;
    }
    // A long pause is between looks for the first good one: that it stays so is seen sooner.
    await sleep(goodSince === null ? Math.min(pauseMs, Math.max(EVERY_MS, end - now)) : Math.min(pauseMs, STEADY_MS), undefined, { signal });
  }
}
