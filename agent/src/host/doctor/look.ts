import { describe, FIXES, type Check, type CheckGroup, type ErrorCode, type ErrorValues, type FixId } from "../../../contract/index.ts";
import { toProblem } from "../../../contract/problem.ts";
import { redactText } from "../../audit/redact.ts";
import { FIX_WORDS } from "./fixes.ts";

/** What one look found; `null` from a look: there is nothing of the kind on this server, so nothing is said. */
export type Finding = Pick<Check, "state" | "detail"> & Partial<Pick<Check, "problem" | "commands" | "title" | "part">> & { fix?: FixId };

export type Look = {
  id: string;
  group: CheckGroup;
  title: string;
  look(signal: AbortSignal): Promise<Finding | null> | Finding | null;
};

export const LOOK_SECONDS = 5;

export const ok = (detail: string): Finding => ({ state: "ok", detail });
export const unknown = (detail: string): Finding => ({ state: "unknown", detail });

/** A finding with a code of the table. */
export function bad<C extends ErrorCode>(
  state: "warn" | "fail",
  code: C,
  values: ErrorValues<C>,
  more: { detail?: string | null; commands?: string[]; fix?: FixId; technical?: string } = {},
): Finding {
  return { state, detail: more.detail ?? null, problem: describe(code, values, more.technical), commands: more.commands, fix: more.fix };
}

/** All at once, each with a bound of its own: one that hangs is `unknown`, and the others are there all the same. */
export async function runLooks(looks: readonly Look[], signal?: AbortSignal, seconds = LOOK_SECONDS): Promise<Check[]> {
  const all = await Promise.all(looks.map((look) => one(look, signal, seconds)));
  return all.filter((check) => check !== null);
}

async function one(look: Look, signal: AbortSignal | undefined, seconds: number): Promise<Check | null> {
  const bound = new AbortController();
  const until = signal ? AbortSignal.any([signal, bound.signal]) : bound.signal;
  const late = Promise.withResolvers<Finding>();
  const timer = setTimeout(() => {
    late.resolve({ state: "unknown", detail: null, problem: describe("CHECK_TIMED_OUT", { check: look.title, seconds }) });
    bound.abort();
  }, seconds * 1000);
  try {
    const looked = Promise.resolve().then(() => look.look(until));
    looked.catch(() => {});
    const found = await Promise.race([looked, late.promise]);
    return found && shape(look, found);
  } catch (error) {
    const { message, detail } = toProblem(error);
    return shape(look, { state: "unknown", detail: null, problem: describe("CHECK_FAILED", { check: look.title, why: message.replace(/\.$/, "") }, detail) });
  } finally {
    clearTimeout(timer);
    bound.abort();
  }
}

function shape({ id, group, title }: Look, found: Finding): Check {
  const { problem } = found;
  return {
    id,
    group,
    title: found.title ?? title,
    state: found.state,
    detail: found.detail,
    problem: problem ? { ...problem, ...(problem.detail ? { detail: redactText(problem.detail).slice(-2000) } : {}) } : null,
    ...(found.part ? { part: found.part } : {}),
    commands: found.commands ?? [],
    fix: found.fix && FIXES.includes(found.fix) ? { id: found.fix, ...FIX_WORDS[found.fix] } : null,
  };
}
