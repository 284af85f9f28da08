import type { JobRow } from "../store/index.ts";
import type { Member } from "./line.ts";
import type { Plan } from "./registry.ts";

export type Ends = Pick<JobRow, "state" | "problem" | "endedAt">;
/**
 * `ends`: of one that has not begun, written together with the new job, since after a crash between the two it would begin
 * behind what took its place; null: it is cancelled, and may have to be undone.
 */
export type Pointless = { job: JobRow; superseded: boolean; ends: Ends | null };

/** What a new job takes out of the line. */
export function pointlessTo(plan: Plan, others: readonly Member[], now: number): Pointless[] {
  const out = others.filter(({ job }) => job.groupId !== (plan.row.groupId ?? "") && plan.endsOther(job));
  return out.map(({ job }) => {
    const superseded = plan.supersedes(job);
    return { job, superseded, ends: superseded && job.startedAt === null ? { state: "cancelled", problem: plan.why(job), endedAt: now } : null };
  });
}
