import { fail, type RawTicket } from "@aeroplane/agent/contract";
import { createDigest, RAW_STREAMS } from "@aeroplane/agent/lane";
import type { LinkSpeed } from "../../contract/index.ts";
import type { AgentClient } from "../agent/client.ts";
import { letGo, sendOnce, takeOnce } from "./exchange.ts";

const MS = 3000;
/** What comes before says how a connection begins, not what it carries. */
const FROM_MS = 700;
const SIZE = 512 * 1024 ** 2;
const CALLS = 5;
const TURN_MS = 2000;

/** A few seconds of bytes in each direction, thrown away where they arrive. */
export async function measure(agent: AgentClient, signal: AbortSignal): Promise<LinkSpeed> {
  const roundTripMs = await roundTrip(agent, signal);
  // Beside two transfers it would measure what they leave.
  const leave = await agent.raw.turn(AbortSignal.any([signal, AbortSignal.timeout(TURN_MS)])).catch(() => {
    signal.throwIfAborted();
    throw fail("RAW_BUSY", { who: "This connection has", count: RAW_STREAMS, what: "transfers" });
  });
  try {
    const down = await timed(agent, "down", signal, (over, onBytes) => takeOnce({ ...over, from: 0, digest: createDigest(), sink: { write: async (_, at) => onBytes(at) } }));
    const block = Buffer.allocUnsafe(1024 ** 2);
    const source = { read: async (offset: number, most: number) => block.subarray(offset % block.length, Math.min(block.length, (offset % block.length) + most)) };
    const up = await timed(agent, "up", signal, (over, onBytes) => sendOnce({ ...over, from: 0, digest: createDigest(), source, onTaken: onBytes }));
    return { down, up, roundTripMs };
  } finally {
    leave();
  }
}

async function roundTrip(agent: AgentClient, signal: AbortSignal): Promise<number> {
  let best = Infinity;
  for (let call = 0; call < CALLS; call += 1) {
    const began = performance.now();
    await agent.client.instance.hello({}, { signal, context: { beat: true } });
    best = Math.min(best, performance.now() - began);
  }
  return best;
}

type Over = { agent: AgentClient; ticket: RawTicket; signal: AbortSignal };

/** Bytes per second. */
async function timed(agent: AgentClient, direction: "down" | "up", parent: AbortSignal, carry: (over: Over, onBytes: (at: number) => void) => Promise<unknown>): Promise<number> {
  const ticket = await agent.client.instance.speed({ direction, size: SIZE }, { signal: parent });
  const over = new AbortController();
  const began = performance.now();
  let first: { at: number; ms: number } | null = null;
  let last = { at: 0, ms: 0 };
  const onBytes = (at: number) => {
    last = { at, ms: performance.now() - began };
    if (first === null && last.ms >= FROM_MS) first = last;
    if (last.ms >= MS) over.abort(new Error("Measured"));
  };
  const late = setTimeout(() => over.abort(new Error("Measured")), 2 * MS);
  await carry({ agent, ticket, signal: AbortSignal.any([parent, over.signal]) }, onBytes)
    .catch((error: unknown) => {
      parent.throwIfAborted();
      if (!over.signal.aborted) throw error;
    })
    .finally(() => clearTimeout(late));
  await letGo({ agent, ticket, signal: AbortSignal.timeout(5000) }).catch(() => {});
  const from = first ?? { at: 0, ms: 0 };
  const span = last.ms - from.ms;
  return span > 0 ? ((last.at - from.at) / span) * 1000 : (last.at / Math.max(last.ms, 1)) * 1000;
}
