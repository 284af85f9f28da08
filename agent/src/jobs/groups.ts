import { describe, type Problem } from "../../contract/index.ts";
import { findJob, findJobGroup, jobsBefore, type Db, type JobRow, type OnFailure } from "../store/index.ts";

/** One act in several jobs: those in `after` must have ended before the member stands in the line, and stand before it in the list. `write`: what belongs to its row. */
export type GroupPlan<Job> = { id: string; subject: string; onFailure: OnFailure; members: readonly { job: Job; after: readonly string[]; write?: () => void }[] };

/** What one ended job means for a member that waits for it. Null: it no longer stands in its way. */
export function refusal(db: Db, member: JobRow, before: JobRow): Problem | null {
  if (before.state === "succeeded" || member.groupId === null) return null;
  const stops = (findJobGroup(db, member.groupId)?.onFailure ?? "stop") === "stop";
  return stops ? describe("GROUP_STOPPED", { what: member.subject, failed: before.subject }) : null;
}

/** From the store alone: whom it still waits for, and whether somebody before it has failed meanwhile. */
export function standing(db: Db, member: JobRow): { blockedBy: Set<string>; refused: Problem | null } {
  const blockedBy = new Set<string>();
  let refused: Problem | null = null;
  for (const id of jobsBefore(db, member.id)) {
    const before = findJob(db, id);
    if (before === undefined) continue;
    if (before.endedAt === null) blockedBy.add(id);
    else refused ??= refusal(db, member, before);
  }
  return { blockedBy, refused };
}
