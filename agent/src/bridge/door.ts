import { connect } from "node:net";
import { setTimeout as pause } from "node:timers/promises";

/** What the agent says to a bridge that comes for a person. */
export type Answer = { state: "open" } | { state: "revoked" } | { state: "busy" | "full"; count: number } | { state: "away" };
type Visit = { answer: Answer; ended: Promise<"revoked" | "lost"> };

const AGAIN_MS = 500;

/** Asks the agent whether this person may come in, and stays to hear when that ends. */
export async function attendDoor(socket: string, person: string, onRevoked: () => void): Promise<Answer> {
  const visit = await knock(socket, person);
  if (visit.answer.state === "open") void stay(visit, () => knock(socket, person)).then(onRevoked);
  return visit.answer;
}

/** Until the access was revoked. An agent that went away, for an upgrade or by a crash, is asked again when it is back. */
async function stay(first: Visit, again: () => Promise<Visit>): Promise<void> {
  for (let visit = first; ; visit = await again()) {
    if (visit.answer.state === "revoked") return;
    if (visit.answer.state === "open" && (await visit.ended) === "revoked") return;
    await pause(AGAIN_MS);
  }
}

function knock(socket: string, person: string): Promise<Visit> {
  return new Promise((resolve) => {
    const end = Promise.withResolvers<"revoked" | "lost">();
    const answered = (answer: Answer) => resolve({ answer, ended: end.promise });
    const line = connect(socket, () => line.write(`bridge ${person}\n`));
    let text = "";
    line.setEncoding("latin1");
    line.on("data", (part: string) => {
      const words = `${text}${part}`.split("\n");
      text = words.pop()!.slice(-100);
      for (const word of words) {
        if (word === "open") answered({ state: "open" });
        const [, state, count] = /^(busy|full) (\d+)$/.exec(word) ?? [];
        if (state !== undefined) answered({ state: state as "busy" | "full", count: Number(count) });
        if (word !== "revoked") continue;
        end.resolve("revoked");
        answered({ state: "revoked" });
      }
    });
    line.on("error", () => {});
    line.on("close", () => {
      end.resolve("lost");
      answered({ state: "away" });
    });
  });
}
