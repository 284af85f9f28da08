export { fault, FAULT_POINTS, type FaultPoint } from "./faults.ts";
export { createRunner, type Runner } from "./runner.ts";
export { createSlots, type Slots } from "./slots.ts";
export { defineStory, type JobContext, type Story } from "./story.ts";
export type { LiveJob } from "./live.ts";
