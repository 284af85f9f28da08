import { setTimeout as sleep } from "node:timers/promises";
import { Failure } from "../../contract/problem.ts";
import { during, effect } from "../effects/index.ts";
import { ask, reasonOf, statusOf, type Docker } from "./client.ts";
import { pullFailure } from "./failures.ts";
import { jsonLines } from "./lines.ts";
import { comeAgainIn, passesWithACopy } from "./registry-words.ts";

export type PullOptions = {
  signal: AbortSignal;
  log: (line: string) => void;
  /** 0 to 1 over the layers announced so far. */
  onProgress?: (done: number) => void;
};

type PullEvent = {
  status?: string;
  id?: string;
  error?: string;
  progressDetail?: { current?: number; total?: number };
};

/**
 * Brings an image and answers its id. An image that is already here is used when its registry cannot be reached, so
 * that a server without a way out can still deploy what it has.
 */
export async function pullImage(docker: Docker, reference: string, options: PullOptions): Promise<string> {
  const named = fullName(reference);
  try {
    await untilLetIn(() => effect("docker.image.pull", () => follow(docker, named, options)), options);
  } catch (error) {
    options.signal.throwIfAborted();
    const failure = await pullFailure(docker, reference, error);
    const here = await imageId(docker, named);
    if (here === null || !(failure instanceof Failure) || !passesWithACopy(failure.problem.code)) throw failure;
    options.log(`${failure.problem.message} The copy on this server is used.`);
    return here;
  }
  const id = await imageId(docker, named);
  if (id === null) throw new Error(`${reference} was pulled but is not listed`);
  return id;
}

/** With its tag, which is "latest" where nobody says. */
export const fullName = (reference: string): string => (/[:@][^/]*$/.test(reference) ? reference : `${reference}:latest`);

/** So often, and no longer, is a registry's word to come again followed; who deploys sees that something waits. */
const TRIES = 3;
const LONGEST_WAIT_MS = 60_000;

/** A registry that has too much to do may say when to come again. */
async function untilLetIn(pull: () => Promise<void>, { signal, log }: PullOptions): Promise<void> {
  for (let left = TRIES; ; left -= 1) {
    try {
      return await pull();
    } catch (error) {
      const wait = comeAgainIn(reasonOf(error));
      if (wait === null || wait > LONGEST_WAIT_MS || left === 0) throw error;
      log(`The registry has too much to do; it is asked again in ${Math.ceil(wait / 1000)} s.`);
      await sleep(wait, undefined, { signal });
    }
  }
}

/** The id of an image that is on this server, or null. */
export async function imageId(docker: Docker, reference: string): Promise<string | null> {
  try {
    return (await ask(() => docker.getImage(reference).inspect())).Id;
  } catch (error) {
    if (statusOf(error) === 404) return null;
    throw error;
  }
}

async function follow(docker: Docker, reference: string, { signal, log, onProgress }: PullOptions): Promise<void> {
  const stream = await ask(() => docker.pull(reference, { abortSignal: signal }));
  const layers = new Map<string, { current: number; total: number }>();
  for await (const event of jsonLines<PullEvent>(stream, signal)) {
    if (event.error !== undefined) throw new Error(event.error);
    during("docker.image.pull");
    const size = event.progressDetail?.total;
    if (event.id !== undefined && size !== undefined && event.status === "Downloading") {
      layers.set(event.id, { current: event.progressDetail?.current ?? 0, total: size });
      onProgress?.(share(layers));
    } else if (event.status !== undefined && event.status !== "Extracting" && event.status !== "Waiting") {
      const layer = event.id === undefined ? undefined : layers.get(event.id);
      if (layer !== undefined) layer.current = layer.total;
      log(event.id === undefined ? event.status : `${event.id}: ${event.status}`);
    }
  }
}

function share(layers: Map<string, { current: number; total: number }>): number {
  let current = 0;
  let total = 0;
  for (const layer of layers.values()) {
    current += layer.current;
    total += layer.total;
  }
  return total === 0 ? 0 : Math.min(1, current / total);
}
