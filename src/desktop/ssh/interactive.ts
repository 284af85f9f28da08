import { fail } from "@aeroplane/agent/contract";
import type { Asked } from "./connect.ts";
import { NeedsPerson, type Ask } from "./question.ts";

/** Only the words by which PAM and the BSDs ask for the account's password; everything else may be a one-time code. */
const PASSWORD = /^\s*(\([^)]*\)\s*)?(\S+'s\s+)?password(\s+for\s+\S+)?\s*:?\s*$/i;

export const asksPassword = ({ fields: [first, ...rest] }: Asked): boolean => first !== undefined && rest.length === 0 && !first.echo && PASSWORD.test(first.label);

/** What the server asks, shown to the person word for word. */
export async function askQuestions(ask: Ask, asked: Asked, { address, over }: { address: string; over: AbortSignal }): Promise<string[]> {
  if (!ask) throw new NeedsPerson();
  const given = await ask({ type: "questions", ...asked }, { signal: over });
  if (given.type !== "questions") throw fail("CANCELLED", { what: `Signing in to ${address}` });
  return asked.fields.map((_field, index) => given.values[index] ?? "");
}
