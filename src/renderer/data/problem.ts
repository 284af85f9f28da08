import { ORPCError } from "@orpc/client";
import { problem as problemSchema, toProblem, type Problem } from "@aeroplane/agent/contract";

/** Whatever a call threw, as the problem that a screen shows. */
export function problemOf(error: unknown): Problem {
  if (error instanceof ORPCError) {
    const carried = problemSchema.safeParse(error.data);
    if (carried.success) return carried.data;
  }
  return toProblem(error);
}

/** What "Copy details" puts on the clipboard. */
export function detailsOf(problem: Problem): string {
  const lines = [`${problem.code}: ${problem.message}`, problem.next];
  if (problem.detail) lines.push("", problem.detail);
  return lines.join("\n");
}
