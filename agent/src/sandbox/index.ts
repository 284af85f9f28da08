export { accountsOf, type Account } from "./accounts.ts";
export { canRejoin, endKept, rejoinKept, runKept } from "./kept.ts";
export { run, type RunOptions, type RunResult } from "./run.ts";
export { ownNamespace, type Probe } from "./namespace.ts";
export { livingPid, PRINT_SELF } from "./self.ts";
export { byHandle } from "./handle.ts";
export { takeFolders, takeOver } from "./take.ts";
export { agentStops, AgentStops } from "./stop.ts";
export type { ToolLog } from "./tool-log.ts";
