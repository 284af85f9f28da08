import type { Subject } from "../jobs/index.ts";
import type { JobRow } from "../store/index.ts";

/**
 * What a deploy, a rollback and a stop take out of the line: a deploy of the same service that was asked for before them.
 * One that waits for its group or for a build would begin after them and undo them.
 */
export const olderDeploys = (older: JobRow, { subject }: { subject: Subject }): boolean => older.kind === "deploy" && older.serviceId === subject.serviceId;
