import { problemOf } from "../../data/problem.ts";
import type { Buffer } from "./buffer.ts";

/** Short breaks in a row that nobody has to be told of while there are lines to read. */
const QUIET = 3;

/** What becomes of failures of a stream: one that does not pass by itself ends it until somebody asks again. */
export function createTroubles(buffer: Pick<Buffer, "fail">) {
  let failures = 0;
  return {
    /** Whether it will not pass; `again` opens the stream anew. */
    meet(error: unknown, again: () => void): boolean {
      const problem = problemOf(error);
      failures += 1;
      buffer.fail({ problem, again: problem.retry ? null : again, isShort: problem.retry && failures <= QUIET });
      return !problem.retry;
    },
    over(): void {
      failures = 0;
    },
  };
}
