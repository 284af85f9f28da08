import { Failure } from "@aeroplane/agent/contract";
import { expect, test } from "vitest";
import { createPrompts } from "./prompts.ts";

const question = { serverId: "s", type: "secret", kind: "password", label: "Password", canRemember: false, reason: null } as const;
const code = (act: () => void) => {
  try {
    act();
    return "accepted";
  } catch (error) {
    return (error as Failure).problem.code;
  }
};

test("any window answers, once, and in kind", async () => {
  const prompts = createPrompts();
  const seen: string[] = [];
  const asked = prompts.ask(question, { onAsked: (id) => seen.push(id) });
  const [open] = prompts.list();
  const wrongKind = code(() => prompts.answer(open!.id, { type: "host-key", accept: true }));
  prompts.answer(open!.id, { type: "secret", value: "x", remember: false });
  const again = code(() => prompts.answer(open!.id, { type: "dismiss" }));
  expect({ seen, wrongKind, again, answer: await asked, left: prompts.list() }).toEqual({
    seen: [open!.id],
    wrongKind: "INVALID_INPUT",
    again: "NOT_FOUND",
    answer: { type: "secret", value: "x", remember: false },
    left: [],
  });
});

test("who asked may withdraw the question", async () => {
  const prompts = createPrompts();
  const controller = new AbortController();
  const asked = prompts.ask(question, { signal: controller.signal });
  controller.abort();
  const late = prompts.ask(question, { signal: controller.signal });
  expect([await asked, await late, prompts.list()]).toEqual([{ type: "dismiss" }, { type: "dismiss" }, []]);
});
