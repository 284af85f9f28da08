import { readOutput } from "../docker/output.ts";
import type { JobContext } from "../jobs/index.ts";
import type { DeployDeps } from "./deps.ts";

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
