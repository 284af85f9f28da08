import type { Answer, Prompt, SecretStore } from "../../contract/index.ts";

/** A prompt before it has an id and a server. */
export type Question = Prompt extends infer P ? (P extends Prompt ? Omit<P, "id" | "serverId"> : never) : never;

/** Null where nobody may be asked: in the background. The signal takes a question back that has lost its sense. */
export type Ask = ((question: Question, options?: { signal?: AbortSignal }) => Promise<Answer>) | null;

/** Only a person can go on from here, and this was not the moment to ask. */
export class NeedsPerson extends Error {}

/** Whether a secret can be kept beyond this session at this moment. */
export async function keeps({ status }: { status(): Promise<SecretStore> }): Promise<boolean> {
  const { kind } = await status();
  return kind === "keychain" || kind === "file";
}
