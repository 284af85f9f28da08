// A whole run may be cut into parts: what was killed well in earlier ones is known from a file (CRASH_DONE) and is not killed again.
import { appendFileSync, existsSync, readFileSync } from "node:fs";
import { kindOf, type Todo } from "./todo.ts";

const lineOf = ({ one, spot }: Todo) => `${kindOf(one)}\t${spot.covers.join(" | ")}`;

export function createParts(file: string | undefined) {
  const done = new Set(file !== undefined && existsSync(file) ? readFileSync(file, "utf8").split("\n") : []);
  return {
    isDone: (todo: Todo): boolean => done.has(lineOf(todo)),
    keep(todo: Todo): void {
      if (file !== undefined) appendFileSync(file, `${lineOf(todo)}\n`);
    },
  };
}
