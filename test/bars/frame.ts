// The frame of a bar: one measure that raises what it needs, cleans up whatever happens, and ends with its figure.
export type BarContext = {
  /** Outcomes only, in about 20 s; else the whole measure with its seconds. */
  short: boolean;
  say: (line: string) => void;
  /** Fires at Ctrl+C and when the time is up. */
  signal: AbortSignal;
  /** Runs after the measure in reverse order, also when it failed or was stopped. */
  cleanup: (work: () => Promise<unknown> | unknown) => void;
};

export type BarResult = { ok: boolean; figure: string };

export type Bar = {
  name: string;
  /** Minutes for the whole measure. */ minutes?: number;
  run: (context: BarContext) => Promise<BarResult>;
};

export function bar(definition: Bar): Bar {
  return definition;
}

export type BarOptions = {
  short: boolean;
  signal: AbortSignal;
  say: (line: string) => void;
  /** Milliseconds, instead of the bar's own bound. */ timeout?: number;
  /** Milliseconds for each cleanup. */ cleanupTimeout?: number;
};

/** Far beyond what a short form takes, also on a slow machine that does something else besides: only one that hangs meets it. */
const shortBound = 600_000;
const cleanupBound = 120_000;

/** Runs one bar to its end, whatever that is, and its cleanups after it. */
export async function runBar(
  definition: Bar,
  { short, signal, say, timeout, cleanupTimeout = cleanupBound }: BarOptions,
): Promise<BarResult> {
  const works: (() => Promise<unknown> | unknown)[] = [];
  const bound = timeout ?? (short ? shortBound : (definition.minutes ?? 30) * 60_000);
  const either = AbortSignal.any([signal, AbortSignal.timeout(bound)]);
  const stopped = stopWith(either);
  try {
    const result = await Promise.race([
      definition.run({ short, say, signal: either, cleanup: (work) => works.push(work) }),
      stopped.promise,
    ]);
    return (await cleanUp(works, say, cleanupTimeout))
      ? result
      : { ok: false, figure: `${result.figure} (cleaning up failed)` };
  } catch (error) {
    say(error instanceof Error ? (error.stack ?? error.message) : String(error));
    await cleanUp(works, say, cleanupTimeout);
    return {
      ok: false,
      figure: `${definition.name}: ${signal.aborted ? "stopped" : either.aborted ? `not done within ${bound / 1000} s` : error instanceof Error ? error.message.split("\n")[0] : String(error)}`,
    };
  } finally {
    stopped.forget();
  }
}

/** Rejects when the signal fires: a measure that does not listen to it is left behind, and the cleanups go on. */
function stopWith(signal: AbortSignal): { promise: Promise<never>; forget: () => void } {
  const { promise, reject } = Promise.withResolvers<never>();
  const stop = () => reject(signal.reason as Error);
  if (signal.aborted) stop();
  signal.addEventListener("abort", stop);
  promise.catch(() => {});
  return { promise, forget: () => signal.removeEventListener("abort", stop) };
}

async function cleanUp(
  works: (() => Promise<unknown> | unknown)[],
  say: (line: string) => void,
  within: number,
): Promise<boolean> {
  let clean = true;
  for (const work of works.splice(0).reverse()) {
    try {
      await bounded(work, within);
    } catch (error) {
      clean = false;
      say(`cleanup: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
    }
  }
  return clean;
}

/** One that hangs must not keep the others from their turn, nor the run from its end. */
async function bounded(work: () => Promise<unknown> | unknown, within: number): Promise<void> {
  const { promise, reject } = Promise.withResolvers<never>();
  const late = setTimeout(() => reject(new Error(`not done within ${within / 1000} s`)), within);
  try {
    await Promise.race([work(), promise]);
  } finally {
    clearTimeout(late);
  }
}
