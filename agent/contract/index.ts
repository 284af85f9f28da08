export * from "./entities.ts";
export { errorTable, type ErrorCode, type ErrorValues } from "./errors.ts";
export * as names from "./names.ts";
export { describe, fail, Failure, problem, toProblem, type Problem } from "./problem.ts";
export { ROLES, wireErrors, type ProcedureMeta, type Role } from "./procedure.ts";
export { agentContract, PROTOCOL_VERSION, type AgentContract } from "./procedures.ts";
export { DESKTOP_HEADER, IDEMPOTENCY_HEADER } from "./headers.ts";
export {
  TERMINAL_INPUT_BYTES,
  TERMINAL_WINDOW,
  TERMINAL_WRITES_AT_ONCE,
  type Terminal,
  type TerminalBatch,
  type TerminalTarget,
} from "./terminals.ts";
