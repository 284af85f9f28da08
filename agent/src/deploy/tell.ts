import { readOutput } from "../docker/output.ts";
import type { JobContext } from "../jobs/index.ts";
import type { DeployDeps } from "./deps.ts";

/** What an engine on a busy machine may take to hand over the rest; one that hangs is not waited for for ever. */
const LAST_WORDS_MS = 10_000;

/** A container's own words into a log, up to so many lines; output that cannot be read fails nothing. */
export async function tell(docker: DeployDeps["docker"], id: string, log: JobContext["log"], signal: AbortSignal, most: number): Promise<void> {
  let count = 0;
  try {
    for await (const { text, stream } of readOutput(docker, id, { follow: true, signal })) {
      count += 1;
      if (count <= most) log(text, stream);
    }
  } catch {
    // The same engine answers whoever waits for the container, which says what is wrong.
  }
}

/** The output of a container that has ended ends by itself, a moment later: until then, or for so long. */
export async function lastWords(told: Promise<void>): Promise<void> {
  const tooLong = Promise.withResolvers<void>();
  const timer = setTimeout(tooLong.resolve, LAST_WORDS_MS);
  await Promise.race([told, tooLong.promise]);
  clearTimeout(timer);
}
