export { accountsOf, type Account } from "./accounts.ts";
export { run, type RunOptions, type RunResult } from "./run.ts";
export type { ToolLog } from "./tool-log.ts";
