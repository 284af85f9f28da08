import { describe, errorTable, Failure, toProblem, type ErrorCode, type Problem } from "@aeroplane/agent/contract";
import { ORPCError, ValidationError } from "@orpc/server";

/** Any thrown thing as the wire knows it: a code of the table with its problem as data. */
export function toWire(error: unknown): unknown {
  if (isAbort(error)) return error;
  if (error instanceof ORPCError) return isProblem(error.data) ? error : fromFramework(error);
  return asWire(toProblem(error), error);
}

export function asWire(problem: Problem, cause?: unknown): ORPCError<string, Problem> {
  const status = errorTable[problem.code as ErrorCode]?.status ?? 500;
  // The wire wants a failure's status; a warning such as IMAGE_HAS_VOLUMES has none.
  return new ORPCError(problem.code, { status: status >= 400 ? status : 500, message: problem.message, data: problem, cause, defined: true });
}

function fromFramework(error: ORPCError<string, unknown>): unknown {
  if (error.code !== "BAD_REQUEST") return asWire(toProblem(error), error);
  const issue = error.cause instanceof ValidationError ? error.cause.issues[0] : undefined;
  const field = (issue?.path ?? []).map((part) => String(typeof part === "object" ? part.key : part)).join(".") || "The request";
  return asWire(describe("INVALID_INPUT", { field, why: issue?.message ?? error.message }), error);
}

export function isAbort(error: unknown): boolean {
  return error instanceof Error && error.name === "AbortError";
}

function isProblem(data: unknown): data is Problem {
  return typeof data === "object" && data !== null && "code" in data && "message" in data && "next" in data;
}

export { Failure };
