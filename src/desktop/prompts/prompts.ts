import { randomUUID } from "node:crypto";
import { fail } from "@aeroplane/agent/contract";
import type { Answer, Prompt } from "../../contract/index.ts";
import { createLive } from "../live/live.ts";

type Question = Prompt extends infer P ? (P extends Prompt ? Omit<P, "id"> : never) : never;
export type Prompts = ReturnType<typeof createPrompts>;

/** Questions as data: asked here, shown by every window, answered once by any of them. */
export function createPrompts() {
  const open = createLive<Prompt[]>([]);
  const waiting = new Map<string, (answer: Answer) => void>();

  /** Resolves with the answer; a dismissal, or the asker's signal, is "dismiss". */
  function ask(question: Question, { signal, onAsked }: { signal?: AbortSignal; onAsked?: (id: string) => void } = {}): Promise<Answer> {
    const id = randomUUID();
    return new Promise((resolve) => {
      const settle = (given: Answer) => {
        waiting.delete(id);
        signal?.removeEventListener("abort", dismiss);
        open.update((list) => list.filter((prompt) => prompt.id !== id));
        resolve(given);
      };
      const dismiss = () => settle({ type: "dismiss" });
      if (signal?.aborted) return resolve({ type: "dismiss" });
      signal?.addEventListener("abort", dismiss);
      waiting.set(id, settle);
      open.update((list) => [...list, { ...question, id } as Prompt]);
      onAsked?.(id);
    });
  }

  function answer(id: string, given: Answer): void {
    const prompt = open.get().find((candidate) => candidate.id === id);
    const settle = waiting.get(id);
    if (!prompt || !settle) throw fail("NOT_FOUND", { what: "question", id });
    if (given.type !== "dismiss" && given.type !== prompt.type) {
      throw fail("INVALID_INPUT", { field: "answer", why: `The question is about a ${prompt.type}` });
    }
    settle(given);
  }

  return { ask, answer, watch: open.watch, list: open.get };
}
