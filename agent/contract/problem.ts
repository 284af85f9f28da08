import * as z from "zod";
import { errorTable, type ErrorCode, type ErrorValues } from "./errors.ts";
import { open } from "./open.ts";

/**
 * What any failure looks like to a person: stored with jobs, sent over every transport, shown by every screen. Its words
 * must be there; the rest of one that a newer agent tells in another way is done without.
 */
export const problem = z.object({
  /** Stable; see the table in errors.ts. */
  code: open<ErrorCode>(),
  /** What happened, naming the offending value. */
  message: z.string(),
  /** What to do now. */
  next: z.string(),
  /** Whether the same act may succeed when tried again unchanged. */
  retry: z.boolean().catch(false),
  /** The figures of the sentence, by name. */
  values: z.record(z.string(), z.union([z.string(), z.number()])).catch({}),
  /** What the sentence counts up, one by one and by the same name: its text cannot be parted again. */
  lists: z.record(z.string(), z.array(z.string())).optional().catch(undefined),
  /** Technical text for "copy details": the last lines of a log, the cause's message. Redacted. */
  detail: z.string().optional().catch(undefined),
});
export type Problem = z.infer<typeof problem>;

const fill = (template: string, values: Record<string, string | number>) =>
  template.replace(/\{(\w+)\}/g, (whole, key: string) => (key in values ? String(values[key]) : whole));

const isList = (value: unknown): value is readonly string[] => Array.isArray(value);

/** Builds the problem for a code of the table, with its sentence filled in; a list is counted up in it. */
export function describe<C extends ErrorCode>(code: C, values: ErrorValues<C>, detail?: string): Problem {
  const entry = errorTable[code];
  const given = Object.entries<string | number | readonly string[]>(values);
  const told = Object.fromEntries(given.map(([key, value]) => [key, isList(value) ? value.join(", ") : value]));
  const lists = given.flatMap(([key, value]): [string, string[]][] => (isList(value) ? [[key, [...value]]] : []));
  return {
    code,
    message: fill(entry.message, told),
    next: fill(entry.next, told),
    retry: entry.retry,
    values: told,
    ...(lists.length === 0 ? {} : { lists: Object.fromEntries(lists) }),
    ...(detail === undefined ? {} : { detail }),
  };
}

/** The one error class of the product; everything else that is thrown is a defect and becomes UNEXPECTED. */
export class Failure extends Error {
  readonly problem: Problem;
  constructor(described: Problem, options?: ErrorOptions) {
    super(described.message, options);
    this.name = "Failure";
    this.problem = described;
  }
}

/** `throw fail("IMAGE_NOT_FOUND", { reference }, { cause })`. */
export function fail<C extends ErrorCode>(
  code: C,
  values: ErrorValues<C>,
  options: { cause?: unknown; detail?: string } = {},
): Failure {
  return new Failure(describe(code, values, options.detail), { cause: options.cause });
}

/** Any thrown thing as a problem; an unknown one says honestly that it is unknown and keeps its text. */
export function toProblem(error: unknown): Problem {
  if (error instanceof Failure) return error.problem;
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  const { code, path } = (error ?? {}) as { code?: unknown; path?: unknown };
  // Any write may meet a full disk, wherever it stands.
  if (code === "ENOSPC" || code === "EDQUOT") {
    const where = typeof path === "string" ? path : "the data directory";
    return describe("DISK_FULL", { path: where, free: "few bytes" }, text.slice(0, 4000));
  }
  const first = (error instanceof Error ? error.message : String(error)).split("\n")[0] ?? "";
  return describe("UNEXPECTED", { what: first.slice(0, 200) || "no message" }, text.slice(0, 4000));
}
