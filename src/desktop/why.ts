import { Failure } from "@aeroplane/agent/contract";

/** Why the services do not start, for a person who has no window yet: with what to do where the table knows it. */
export function whyOf(error: unknown): string {
  if (error instanceof Failure) return `${error.problem.message} ${error.problem.next}`;
  return error instanceof Error ? error.message : String(error);
}
