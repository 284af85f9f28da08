// Puts every hostile text into every field of every procedure, and judges what comes back.
import type { AnyContractRouter } from "@orpc/contract";
import { errorTable, type Problem } from "../../../agent/contract/index.ts";
import { place, textFields, type TextField } from "./fields.ts";

export type Call = (procedure: readonly string[], input: unknown) => Promise<unknown>;

export type Attack = {
  contract: AnyContractRouter;
  /** Procedures of it that are attacked elsewhere. */
  skip?: (procedure: readonly string[]) => boolean;
  call: Call;
  /** An input that is good but for the attacked field; made anew for each call, so that no two clash. */
  input: (field: TextField) => unknown;
  texts: readonly string[];
  /** Takes back or reads again what was accepted; answers what is wrong with it. */
  accepted?: (field: TextField, text: string, input: unknown, output: unknown) => Promise<string | null>;
  signal: AbortSignal;
};
export type Tally = { fields: TextField[]; refused: number; literal: number; wrong: string[] };

const MAX_SENTENCE = 2000;

export async function attack(o: Attack): Promise<Tally> {
  const fields = textFields(o.contract).filter(({ procedure }) => !o.skip?.(procedure));
  const tally: Tally = { fields, refused: 0, literal: 0, wrong: [] };
  for (const field of fields) {
    // With an input that is bad already, every text would be refused for another reason.
    const bad = field.refuses(o.input(field));
    if (bad !== null) tally.wrong.push(`${field.label}: the input around it is none of the contract: ${bad}`);
    for (const text of o.texts) {
      // The RPC client drops this key before it is sent; that the contract refuses it is tested beside the contract.
      if (text === "__proto__" && field.steps.at(-1)?.kind === "name") continue;
      o.signal.throwIfAborted();
      const wrong = await strike(o, field, text, tally);
      if (wrong !== null) tally.wrong.push(`${field.label} with ${JSON.stringify(text.slice(0, 60))}: ${wrong}`);
    }
  }
  return tally;
}

async function strike(o: Attack, field: TextField, text: string, tally: Tally): Promise<string | null> {
  const input = place(o.input(field), field.steps, text);
  let output: unknown;
  try {
    output = await o.call(field.procedure, input);
  } catch (error) {
    tally.refused += 1;
    return judgeRefusal(error);
  }
  tally.literal += 1;
  return (await o.accepted?.(field, text, input, output).catch((error: unknown) => `accepted, then: ${String(error)}`)) ?? null;
}

/** A refusal is a row of the table with its next step; it never repeats a megabyte and never is "unknown". */
function judgeRefusal(error: unknown): string | null {
  const problem = (error as { data?: Problem } | null)?.data;
  if (!problem || !(problem.code in errorTable)) return `refused without a code of the table: ${String(error).slice(0, 300)}`;
  if (problem.code === "UNEXPECTED") return `an unknown failure: ${problem.message} ${problem.detail?.slice(0, 400)}`;
  if (problem.message.length > MAX_SENTENCE) return `a sentence of ${problem.message.length} characters`;
  return problem.next === "" ? "no next step" : null;
}
