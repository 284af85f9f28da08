export { claim, type Claim, type Mode, type Subject } from "./claims.ts";
export { sleepOn, systemClock, type Clock } from "./clock.ts";
export { withDeadline } from "./deadline.ts";
export { DAYS, defineJob, SHORT_LIVED, type JobContext, type JobEntry, type Retention, type StepPlan } from "./entry.ts";
export type { GroupPlan } from "./groups.ts";
export type { LiveJob } from "./live.ts";
export { createRunner } from "./runner.ts";
export type { Cancelled, Runner } from "./runner-type.ts";
