import * as z from "zod";
import type { ContainerFacts } from "../docker/container.ts";
import { findInstanceByContainer, updateInstance, type Db } from "../store/index.ts";

/** In the checkpoint of a job: the containers that it asks to end for what is to come; written right before it asks. */
export const askedToEnd = z.object({ stopped: z.array(z.string()) });

/** Written before they are asked, whatever becomes of the job: an undo may find Docker away and leave them ended. */
export function markAskedToEnd(db: Db, containers: readonly string[], at = Date.now()): void {
  for (const container of containers) {
    const instance = findInstanceByContainer(db, container);
    if (instance !== undefined) updateInstance(db, instance.id, { askedToEndAt: at });
  }
}

/** Whether its process was asked to end by a job and has not been begun since: it did not end by itself, whatever its code is. */
export function wasAskedToEnd(db: Db, { id, startedAt }: Pick<ContainerFacts, "id" | "startedAt">): boolean {
  return startedAt < (findInstanceByContainer(db, id)?.askedToEndAt ?? 0);
}
