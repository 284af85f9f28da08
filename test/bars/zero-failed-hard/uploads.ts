// Visitors that send much, and visitors that ask before they send: the next switch finds them in the middle of it.
import { createHash } from "node:crypto";
import type { ClientRequest } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { APP_HEADER } from "../../load/plan.ts";
import { callOf, type Place, type Seen } from "../stream-kinds/call.ts";
import { block, BLOCK } from "../stream-kinds/app.ts";
import { drained } from "../stream-kinds/drained.ts";
import type { Door } from "./streams.ts";
import type { Turn } from "./turn.ts";

/** `over`: how many were taken by a release that was replaced meanwhile. */
export type Sent = { count: number; over: number; failures: string[] };

export type Sending = {
  door: Door;
  /** The release that serves; a sender that is not given it waits for nothing. */
  turn: (() => Turn) | null;
  /** Milliseconds after each. */
  pause: number;
  /** Nothing begins any more; what is under way is sent to its end. */
  leaving: AbortSignal;
  /** Ends all of it. */
  gone: AbortSignal;
  /** So much is sent of one that only the switch is missing. */
  middle?: (release: string) => void;
};

const MB = 1_048_576;
/** Milliseconds from one block to the next while the switch is awaited. */
const SLOWLY = 50;
const NOW: Turn = { release: "", over: Promise.resolve(), told: Promise.resolve() };
const placeOf = ({ port, hostname }: Door): Place => ({ name: "edge", port, host: hostname });

type Answer = { problem: string | null; by: string };

/** One after the other. */
async function again({ turn, pause, leaving }: Sending, one: (turn: Turn) => Promise<Answer>): Promise<Sent> {
  const told: Sent = { count: 0, over: 0, failures: [] };
  while (!leaving.aborted) {
    const began = Date.now();
    const mine = turn?.() ?? NOW;
    const { problem, by } = await one(mine).catch((error: Error): Answer => ({ problem: error.message, by: "" }));
    told.count += 1;
    if (problem !== null) told.failures.push(`${new Date().toISOString()} after ${Date.now() - began} ms: ${problem}`);
    else if (by === mine.release && turn?.().release !== by) told.over += 1;
    await sleep(pause);
  }
  return told;
}

/** Half at once, a quarter slowly until the switch, the last quarter after it. */
export function uploads(sending: Sending, megabytes: number): Promise<Sent> {
  const blocks = (megabytes * MB) / BLOCK;
  return again(sending, async (turn) => {
    const hash = createHash("sha256");
    let over = false;
    void turn.over.then(() => (over = true));
    const send = async (call: ClientRequest) => {
      for (let at = 0; at < blocks && !call.destroyed; at += 1) {
        if (at === blocks / 2) sending.middle?.(turn.release);
        if (at >= blocks / 2 && !over) await Promise.race([turn.over, ...(at < (blocks * 3) / 4 ? [sleep(SLOWLY)] : [])]);
        const bytes = block(at, BLOCK);
        hash.update(bytes);
        if (!call.write(bytes)) await drained(call);
      }
      call.end();
    };
    const seen = await callOf(placeOf(sending.door), { path: "/take", method: "POST", headers: { "content-length": String(blocks * BLOCK) }, send }, sending.gone);
    if (seen.status !== 200 || !seen.whole) return refused("an upload", seen);
    const told = JSON.parse(String(seen.body)) as { bytes: number; sha256: string };
    return { problem: told.sha256 === hash.digest("hex") ? null : `of an upload ${told.bytes} of ${blocks * BLOCK} bytes came`, by: byOf(seen) };
  });
}

const BODY = block(3, 100_000);

/** Each is told to go on before it sends, and sends when the app that told it so was told to stop. */
export function askers(sending: Sending): Promise<Sent> {
  return again(sending, async (turn) => {
    let asked = 0;
    const seen = await callOf(
      placeOf(sending.door),
      {
        path: "/echo",
        method: "POST",
        headers: { expect: "100-continue", "content-length": String(BODY.length) },
        send: (call) => call.flushHeaders(),
        onContinue: (call) => {
          // On a busy machine it is told twice now and then, as HTTP allows.
          asked += 1;
          if (asked > 1) return;
          sending.middle?.(turn.release);
          void turn.told.then(() => call.end(BODY));
        },
      },
      sending.gone,
    );
    if (seen.status !== 200 || !seen.whole) return refused("one that asks first", seen);
    return { problem: seen.body.equals(BODY) ? null : "the echo of one that asked first is another", by: byOf(seen) };
  });
}

const byOf = ({ headers }: Seen): string => headers[APP_HEADER] ?? "";

const refused = (what: string, seen: Seen): Answer => ({ problem: `${what} is answered with ${seen.status}${seen.whole ? "" : ", which broke off"}: ${String(seen.body).slice(0, 80)}`, by: byOf(seen) });
