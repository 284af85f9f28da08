import { bounded } from "../deploy/bounded.ts";
import type { Docker } from "../docker/client.ts";
import { readKept } from "../docker/output-kept.ts";
import { readOutput } from "../docker/output.ts";
import type { JobContext } from "../jobs/index.ts";

/** The step by whose name its lines stand in the log. */
export const RUN = { name: "run", words: "Run", doing: "Running" };

/** Its words as they come, until the log has its share; what is missing in the end, `complete` tells. */
export async function follow(docker: Docker, context: JobContext, id: string, signal: AbortSignal): Promise<void> {
  const { log, isFull } = bounded(context.output(RUN.name).line);
  try {
    for await (const { text, stream, open } of readOutput(docker, id, { follow: true, signal })) {
      if (!open) log(text, stream);
      if (isFull()) return;
    }
  } catch {
    // The same engine answers whoever waits for the container, which says what is wrong.
  }
}

/** All of them once more: those that stand in the log already are skipped, also those of an earlier life. */
export async function complete(docker: Docker, context: JobContext, id: string): Promise<void> {
  const { log, end } = bounded(context.output(RUN.name).line);
  for await (const { text, stream } of readKept(docker, id)) log(text, stream);
  end();
}
