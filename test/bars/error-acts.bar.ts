// The whole table of errors: what reaches each code, that its sentence names what is wrong, and what can be pressed about it.
import { errorSteps, errorTable, type ErrorCode, type NextStep } from "../../agent/contract/index.ts";
import { causeOf, causes } from "./error-acts/causes.ts";
import { testsOf } from "./error-acts/tests.ts";
import { nameless, unreached } from "./error-acts/unreached.ts";
import { bar } from "./frame.ts";

export default bar({
  name: "error-acts",
  minutes: 5,
  async run({ short, say, signal }) {
    const codes = Object.keys(errorTable) as ErrorCode[];
    const tests = await testsOf(codes);
    const wrong: string[] = [];
    let [byCause, byTest, byNothing] = [0, 0, 0];
    for (const code of codes) {
      signal.throwIfAborted();
      const [cause, named, why] = [causes[code], tests.get(code)!, unreached[code]];
      const told = cause ? await causeOf(cause).catch((error: Error) => error) : undefined;
      if (told instanceof Error) wrong.push(`${code}: its cause ended with ${told.message}`);
      else if (cause && told?.code !== code) wrong.push(`${code}: its cause ended with ${told?.code ?? "nothing"}`);
      if (told && !(told instanceof Error)) wrong.push(...wordsOf(code, told).map((line) => `${code}: ${line}`));
      if (cause) byCause += 1;
      else if (named.length > 0) byTest += 1;
      else byNothing += 1;
      if (why !== undefined && (cause || named.length > 0)) wrong.push(`${code} is said to be out of reach and is reached by ${named[0] ?? "this bar"}`);
      if (!cause && named.length === 0 && why === undefined) wrong.push(`${code} is reached by no test, and nobody says why`);
      const reached = cause ? "brought about here" : named.length > 0 ? `${named[0]}${named.length > 1 ? ` and ${named.length - 1} more` : ""}` : `not reached: ${why}`;
      if (!short) say(`${code}: ${reached}; ${errorSteps[code].map(shown).join(", ")}`);
      const { message } = errorTable[code];
      if (!/\{\w+\}/.test(message) && nameless[code] === undefined) wrong.push(`${code}: its sentence names nothing: ${message}`);
      if (/\{\w+\}/.test(message) && nameless[code] !== undefined) wrong.push(`${code} is said to name nothing and does`);
      wrong.push(...stepsWrong(code).map((line) => `${code}: ${line}`));
    }
    for (const line of wrong) say(`WRONG ${line}`);
    const count = (fits: (step: NextStep) => boolean) => codes.filter((code) => errorSteps[code].some(fits)).length;
    const pressed = count((step) => "act" in step || "command" in step || "beside" in step);
    const reasons = (["form", "itself", "person", "program"] as const).map((reason) => `${codes.filter((code) => errorSteps[code].every((step) => "nothing" in step && step.nothing === reason)).length} ${reason}`);
    return {
      ok: wrong.length === 0 && codes.length > 0,
      figure: `error-acts: ${codes.length} codes: ${byCause} brought about here, ${byTest} by other tests, ${byNothing} out of reach with why; ${count((step) => "act" in step)} have a button, ${count((step) => "command" in step)} a command, ${count((step) => "beside" in step)} those of their check; ${codes.length - pressed} nothing to press (${reasons.join(", ")}); WRONG: ${wrong.length}`,
    };
  },
});

/** Of a real one: everything filled in, and what it names is there. */
function wordsOf(code: ErrorCode, { message, next, values }: { message: string; next: string; values: Record<string, string | number> }): string[] {
  const open = [message, next].filter((text) => /\{\w+\}/.test(text)).map((text) => `something is not filled in: ${text}`);
  const named = Object.values(values).some((value) => String(value) !== "" && message.includes(String(value)));
  return [...open, ...(named || nameless[code] !== undefined ? [] : [`its sentence names none of its values: ${message}`])];
}

function stepsWrong(code: ErrorCode): string[] {
  const { message, next } = errorTable[code];
  const given = new Set([...`${message}${next}`.matchAll(/\{(\w+)\}/g)].map((found) => found[1]));
  const steps = errorSteps[code];
  const strange = steps.flatMap((step) => ("command" in step ? [...step.command.matchAll(/\{(\w+)\}/g)].map((found) => found[1]!) : [])).filter((name) => !given.has(name));
  const both = steps.length > 1 && steps.some((step) => "nothing" in step);
  return [...strange.map((name) => `its command wants ${name}, which no problem of it has`), ...(both ? ["it has something to press and a reason why there is nothing"] : [])];
}

const shown = (step: NextStep) => ("act" in step ? `[${step.act}]` : "command" in step ? step.command : "beside" in step ? "beside its check" : `nothing to press: ${step.nothing}`);
