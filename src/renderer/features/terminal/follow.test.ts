import { describe as problem, TERMINAL_WINDOW, type TerminalBatch } from "@aeroplane/agent/contract";
import { ORPCError } from "@orpc/client";
import { expect, test } from "vitest";
import { follow } from "./follow.ts";

const all = Array.from({ length: 120_000 }, (_, at) => `line ${at}\n`).join("");

/** A terminal that has said `all` and ended; the connection is cut after so many batches, also in the middle of a write. */
function cutting(every: number, size = 5000) {
  let said = 0;
  return async (after: string | undefined): Promise<AsyncIterable<TerminalBatch>> => {
    return (async function* () {
      for (let at = Number(after ?? 0); ; at += size) {
        if (++said % every === 0) throw new Error("The connection is cut");
        const part = all.slice(at, at + size);
        const cursor = at + part.length;
        const ended = cursor === all.length;
        yield { cursor: String(cursor), data: btoa(part), ended, exitCode: ended ? 4 : null, gap: false };
        if (ended) return;
      }
    })();
  };
}

function reader() {
  let text = "";
  let drawing = 0;
  const most = { drawing: 0 };
  const taken: number[] = [];
  const states: string[] = [];
  return {
    write: async (data: Uint8Array | string) => {
      most.drawing = Math.max(most.drawing, ++drawing);
      if (text.length % 7 === 0) await new Promise((resolve) => setTimeout(resolve, 0));
      text += typeof data === "string" ? data : new TextDecoder().decode(data);
      drawing -= 1;
    },
    taken: (cursor: string) => taken.push(Number(cursor)),
    onOpen: () => states.at(-1) !== "open" && states.push("open"),
    onAway: () => states.push("away"),
    signal: new AbortController().signal,
    againMs: 0,
    seen: () => ({ text, taken, states, most: most.drawing }),
  };
}

test("nothing is lost or drawn twice over many cuts, and only one batch is drawn at a time", async () => {
  const one = reader();
  const outcome = await follow({ ...one, open: cutting(7) });
  const { text, most, states, taken } = one.seen();
  expect({ outcome, whole: text === all, most }).toEqual({ outcome: { type: "ended", exitCode: 4 }, whole: true, most: 1 });
  expect(states.filter((state) => state === "away").length).toBeGreaterThan(5);
  expect(taken.every((cursor, index) => cursor > (taken[index - 1] ?? 0))).toBe(true);
});

test("what was drawn is said before the window is full", async () => {
  const one = reader();
  await follow({ ...one, open: cutting(1_000_000) });
  const gaps = one.seen().taken.map((cursor, index, list) => cursor - (list[index - 1] ?? 0));
  expect(Math.max(...gaps)).toBeLessThan(TERMINAL_WINDOW * 0.75);
});

test.each([
  ["TERMINAL_GONE", "gone"],
  ["TERMINAL_ELSEWHERE", "elsewhere"],
] as const)("%s is not tried again", async (code, type) => {
  const one = reader();
  const open = () => Promise.reject(new ORPCError(code, { data: problem(code, { minutes: 10 } as never) }));
  expect([await follow({ ...one, open }), one.seen().states]).toEqual([{ type }, []]);
});

test("a refusal that nobody here has heard of is shown, unless it may pass", async () => {
  const refusal = (retry: boolean) => ({ code: "OF_LATER", message: "No.", next: "Ask.", retry, values: {} });
  const one = reader();
  const refused = () => Promise.reject(new ORPCError("OF_LATER", { data: refusal(false) }));
  expect([await follow({ ...one, open: refused }), one.seen().states]).toEqual([{ type: "failed", problem: refusal(false) }, []]);
  const other = reader();
  let tries = 0;
  const passing = () => Promise.reject(new ORPCError("OF_LATER", { data: refusal(++tries < 3) }));
  expect([await follow({ ...other, open: passing }), other.seen().states]).toEqual([{ type: "failed", problem: refusal(false) }, ["away", "away"]]);
});
