import * as z from "zod";
import { commit, describe, problem, step, type Commit, type Problem, type Step } from "../../contract/index.ts";
import { note } from "../log/note.ts";

/** What was told once is not told at every look. */
const TOLD = 1000;
const told = new Set<string>();

/** Named in the agent's own log, once for each row. */
export function tellDamage(id: string, column: string, fields?: string): void {
  const key = `${id} ${column}`;
  if (told.has(key) || told.size >= TOLD) return;
  told.add(key);
  note("damaged row", { id, column, ...(fields === undefined ? {} : { fields }) });
}

/**
 * A column of JSON, read through its schema: what an older release did not write has its default. One that cannot be read
 * costs itself and not the list that it stands in.
 */
function reader<T>(column: string, schema: z.ZodType<T>, instead: () => T) {
  return (text: string, id: string): T => {
    const read = schema.safeParse(parse(text));
    if (read.success) return read.data;
    tellDamage(id, column);
    return instead();
  };
}

const UNREADABLE = Symbol("unreadable");
function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return UNREADABLE;
  }
}

const damaged = (what: string): Problem => describe("RECORD_DAMAGED", { what });
const withDefaults = problem.extend({
  next: z.string().default(""),
  retry: z.boolean().default(false),
  values: problem.shape.values.default({}),
  detail: z.string().nullish(),
});
const kept = withDefaults.transform(({ detail, ...read }): Problem => (detail == null ? read : { ...read, detail }));
/** Steps of an earlier schema had no words of their own. */
const worded = z.preprocess((stored) => {
  const { name } = (stored ?? {}) as { name?: unknown };
  const words = typeof name === "string" ? name.charAt(0).toUpperCase() + name.slice(1) : "Step";
  return { name: words, words, doing: words, detail: null, progress: null, startedAt: null, endedAt: null, ...(stored as object) };
}, step);

const problemIn = reader<Problem>("problem", kept, () => damaged("failure"));
const warningsIn = reader<Problem[]>("warnings", z.array(kept), () => [damaged("warning")]);
const stepsIn = reader<Step[]>("steps", z.array(worded), () => []);
const commitIn = reader<Commit | null>("commit", commit, () => null);
const anyIn = reader<unknown>("input", z.unknown().refine((value) => value !== UNREADABLE), () => null);

export const readProblem = (text: string | null, id: string): Problem | null => (text === null ? null : problemIn(text, id));
export const readWarnings = (text: string, id: string): Problem[] => (text === "[]" ? [] : warningsIn(text, id));
export const readSteps = (text: string, id: string): Step[] => (text === "[]" ? [] : stepsIn(text, id));
export const readCommit = (text: string | null, id: string): Commit | null => (text === null ? null : commitIn(text, id));
/** Of a shape that only the job's own kind knows. */
export const readAny = (text: string | null, id: string): unknown => (text === null ? null : anyIn(text, id));
