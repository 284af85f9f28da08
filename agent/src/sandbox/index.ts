export { accountsOf, type Account } from "./accounts.ts";
export { canRejoin, endKept, rejoinKept, runKept } from "./kept.ts";
export { run, type RunOptions, type RunResult } from "./run.ts";
export { livingPid, PRINT_SELF } from "./self.ts";
export { agentStops, AgentStops } from "./stop.ts";
export type { ToolLog } from "./tool-log.ts";
