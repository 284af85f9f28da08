import type { StepPlan } from "../jobs/index.ts";

/** Steps that several acts on a service have. */
export const START: StepPlan = { name: "start", words: "Start", doing: "Starting" };
export const CHECK: StepPlan = { name: "check", words: "Check", doing: "Checking" };
export const ROUTE: StepPlan = { name: "route", words: "Route", doing: "Switching" };
export const RETIRE: StepPlan = { name: "retire", words: "Retire", doing: "Retiring" };
export const REMOVE: StepPlan = { name: "remove", words: "Remove", doing: "Removing" };
