export * from "./entities.ts";
export { errorTable, type ErrorCode, type ErrorValues } from "./errors.ts";
export * as names from "./names.ts";
export { describe, fail, Failure, problem, toProblem, type Problem } from "./problem.ts";
export { agentContract, PROTOCOL_VERSION, wireErrors, type AgentContract } from "./procedures.ts";
export { DESKTOP_HEADER, IDEMPOTENCY_HEADER } from "./headers.ts";
