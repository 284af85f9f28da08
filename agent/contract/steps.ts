import type { ErrorCode } from "./errors.ts";
import { deploySteps } from "./steps/deploy.ts";
import { serverSteps } from "./steps/server.ts";
import { volumeSteps } from "./steps/volumes.ts";
import { workSteps } from "./steps/work.ts";
import type { NextStep } from "./steps/step.ts";

export { ACTS, type Act, type NextStep } from "./steps/step.ts";

/**
 * What can be done about each code of the table, most useful first: `next` says it in words, this is the same as things to
 * press. A window knows it by the code alone, so an agent of any age gets it; of a code that it does not know it shows the words.
 */
export const errorSteps: Record<ErrorCode, readonly [NextStep, ...NextStep[]]> = { ...deploySteps, ...serverSteps, ...volumeSteps, ...workSteps };

/**
 * A command with the values of a problem put in; null where one is missing, or is no single word of it. What the problem
 * tells as a whole command is one already, unless words stand there in its place.
 */
export function commandOf(template: string, values: Record<string, string | number>): string | null {
  const alone = /^\{(\w+)\}$/.exec(template)?.[1];
  if (alone !== undefined) {
    const command = String(values[alone] ?? "");
    return command === "" || command.startsWith("the ") ? null : command;
  }
  let whole = true;
  const command = template.replace(/\{(\w+)\}/g, (_, key: string) => {
    const value = String(values[key] ?? "");
    whole &&= /^[\w./:@%+,=-]+$/.test(value);
    return value;
  });
  return whole ? command : null;
}
