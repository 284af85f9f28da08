import type { JobRow, NewJob } from "../store/index.ts";
import type { Claim, Subject } from "./claims.ts";
import type { JobEntry } from "./entry.ts";
import type { GroupPlan } from "./groups.ts";
import type { LiveJob } from "./live.ts";
import type { Registry } from "./registry.ts";

/** What became of the members of a group that was cancelled. */
export type Cancelled = { dropped: JobRow[]; undone: JobRow[]; kept: JobRow[] };

export type Runner = Pick<Registry, "entry" | "words"> & {
  /** The kinds that there are; before anything else. */
  register(entries: readonly JobEntry[]): void;
  /** Goes on with, undoes or finishes what an earlier life left running, then begins the line. */
  start(): void;
  /**
   * Writes the intent row and whatever belongs to it in one transaction; the job begins as soon as nothing stands in its
   * way. A repeated call finds the job that the first one made.
   */
  enqueue(job: NewJob, write?: () => void): JobRow;
  /** The same for all of a group; `write` comes first, within its transaction. */
  enqueueGroup(group: GroupPlan<NewJob>, write?: () => void): JobRow[];
  /** Of one that is not past its commit point; of others it changes nothing. */
  cancel(id: string): JobRow;
  /** Of a group: what has not begun is dropped, what is not committed is undone, the rest stays. */
  cancelGroup(members: readonly JobRow[]): Cancelled;
  /** One that is paused stands in the line again. */
  resume(id: string): JobRow;
  live(jobId: string): LiveJob | undefined;
  /** Of one that is queued: for a place in its lane, for what others hold, or for jobs before it. */
  waitsFor(jobId: string): "lane" | "claims" | "group" | null;
  /** The job that makes all of this go, or what is around it. */
  deleting(subject: Subject): JobRow | undefined;
  /** Holds the claims as a job would, now or not at all; what it answers gives them back. */
  hold(claims: readonly Claim[]): (() => void) | null;
  /** Whether nobody holds them or waits for them. */
  isFree(claims: readonly Claim[]): boolean;
  /** Called after something was given back, by a job or by who held it. */
  onFree(listener: () => void): void;
  /** Resolves when the job has ended. */
  ended(jobId: string): Promise<JobRow>;
  /** Leaves everything without writing an end: to the next start it is like a crash. */
  close(): Promise<void>;
};
