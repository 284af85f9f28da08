import * as z from "zod";
import { commit, describe, MOST_KEPT_RELEASES, problem, serverSettings, step, storageSettings, type Commit, type Problem, type ServerSettings, type Step, type StorageSettings } from "../../contract/index.ts";
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
const BLANK = { state: "waiting", detail: null, progress: null, startedAt: null, endedAt: null };

/** Steps of an earlier schema had no words of their own. */
function worded(stored: unknown): unknown {
  const { name } = (stored ?? {}) as { name?: unknown };
  const words = typeof name === "string" ? name.charAt(0).toUpperCase() + name.slice(1) : "Step";
  return { ...BLANK, name: words, words, doing: words, ...(stored as object) };
}

const isText = (value: unknown) => typeof value === "string";
const isNumber = (value: unknown) => value === null || typeof value === "number";
/** What a schema would find, in a tenth of its time: lists hold thousands of steps, and nearly all are whole. */
function isStep(one: unknown): one is Step {
  const { name, words, doing, state, detail, progress, startedAt, endedAt } = one as Partial<Step>;
  const isWhole = isText(name) && isText(words) && isText(doing) && isText(state) && (detail === null || isText(detail));
  return isWhole && progress === null && isNumber(startedAt) && isNumber(endedAt);
}

const stepList = z.array(z.unknown()).transform((list, context): Step[] => {
  const steps = list.map(worded);
  if (steps.every(isStep)) return steps;
  const read = z.array(step).safeParse(steps);
  if (read.success) return read.data;
  context.addIssue({ code: "custom", message: "Not steps" });
  return z.NEVER;
});

/** Nobody is believed. */
const NO_SETTINGS: ServerSettings = { trustedProxies: [] };

/** Budgets that a newer agent left, or that are damaged, cost themselves and nothing that is kept by them. */
function mostKept(): StorageSettings {
  tellDamage("settings", "storage");
  return storageSettings.parse({ releases: MOST_KEPT_RELEASES });
}

const problemIn = reader<Problem>("problem", kept, () => damaged("failure"));
const warningsIn = reader<Problem[]>("warnings", z.array(kept), () => [damaged("warning")]);
const stepsIn = reader<Step[]>("steps", stepList, () => []);
const commitIn = reader<Commit | null>("commit", commit, () => null);
const namesIn = reader<string[]>("refers", z.array(z.string()), () => []);
const mountsIn = reader<{ volumeId: string; path: string }[] | null>("mounts", z.array(z.object({ volumeId: z.string(), path: z.string() })), () => null);
const settingsIn = reader<ServerSettings>("settings", serverSettings.extend({ storage: storageSettings.optional().catch(mostKept) }), () => NO_SETTINGS);
const anyIn = reader<unknown>("input", z.unknown().refine((value) => value !== UNREADABLE), () => null);

export const readProblem = (text: string | null, id: string): Problem | null => (text === null ? null : problemIn(text, id));
export const readWarnings = (text: string, id: string): Problem[] => (text === "[]" ? [] : warningsIn(text, id));
export const readSteps = (text: string, id: string): Step[] => (text === "[]" ? [] : stepsIn(text, id));
export const readCommit = (text: string | null, id: string): Commit | null => (text === null ? null : commitIn(text, id));
/** Null: what is mounted cannot be read, which is not the same as nothing. */
export const readMounts = (text: string, id: string): { volumeId: string; path: string }[] | null => (text === "[]" ? [] : mountsIn(text, id));
export const readNames = (text: string, id: string): string[] => (text === "[]" ? [] : namesIn(text, id));
export const readServerSettings = (text: string | null, id: string): ServerSettings => (text === null ? NO_SETTINGS : settingsIn(text, id));
/** Of a shape that only the job's own kind knows. */
export const readAny = (text: string | null, id: string): unknown => (text === null ? null : anyIn(text, id));
