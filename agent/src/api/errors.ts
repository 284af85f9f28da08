import { ORPCError, ValidationError } from "@orpc/server";
import { describe, errorTable, toProblem, type ErrorCode, type Problem } from "../../contract/index.ts";

type Issue = { message: string; path?: readonly (PropertyKey | { key: PropertyKey })[] };

/** The first thing that is wrong with an input, by the name of its field. */
function inputProblem(issues: readonly Issue[]): Problem {
  const first = issues[0];
  const field = (first?.path ?? []).map((part) => String(typeof part === "object" ? part.key : part)).join(".");
  return describe("INVALID_INPUT", { field: (field || "The input").slice(0, 200), why: (first?.message ?? "not readable").slice(0, 300) });
}

/** Whatever a call threw, as a problem of the table. */
export function problemOf(error: unknown): Problem {
  if (error instanceof ORPCError) {
    if (error.code === "BAD_REQUEST" && error.cause instanceof ValidationError) {
      return inputProblem(error.cause.issues as readonly Issue[]);
    }
    if (error.code in errorTable) return error.data as Problem;
    if (error.cause instanceof ValidationError) {
      return describe("UNEXPECTED", { what: error.message }, JSON.stringify(error.cause.issues).slice(0, 4000));
    }
  }
  return toProblem(error);
}

/** As it travels: the code, the sentence, and the whole problem as data. */
export function toWire(error: unknown): ORPCError<string, Problem> {
  const problem = problemOf(error);
  const status = errorTable[problem.code as ErrorCode]?.status ?? 500;
  return new ORPCError(problem.code, { status, message: problem.message, data: problem, cause: error });
}
