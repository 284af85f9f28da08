import * as z from "zod";
import type { ContainerFacts } from "../docker/container.ts";
import { listJobs, type Db } from "../store/index.ts";

/** In the checkpoint of a job: the containers that it asks to end for what is to come; written right before it asks. */
export const askedToEnd = z.object({ stopped: z.array(z.string()) });

/** One that an undo could not start again, since Docker was away, is found when that is back; few jobs come in between. */
const NEWEST = 50;

/** Whether its process was asked to end by a job and has not been begun since: it did not end by itself, whatever its code is. */
export function wasAskedToEnd(db: Db, serviceId: string, { id, startedAt }: Pick<ContainerFacts, "id" | "startedAt">): boolean {
  return listJobs(db, { limit: NEWEST }).some(
    (job) => job.serviceId === serviceId && startedAt < (job.startedAt ?? 0) && askedToEnd.safeParse(job.checkpoint).data?.stopped.includes(id) === true,
  );
}
