import { setTimeout as pause } from "node:timers/promises";
import { fail, Failure, type RawTicket } from "@aeroplane/agent/contract";
import { createDigest, type Sink, type Source } from "@aeroplane/agent/lane";
import type { AgentClient } from "../agent/client.ts";
import type { Reach } from "../agent/forward.ts";
import { askOffset, letGo, sendOnce, takeOnce } from "./exchange.ts";

/** A connection that carries nothing so often in a row is not tried again. */
const TRIES = 5;
const BACK_MS = 30_000;
const AGAIN_MS = 500;
/** The server has no room, or its agent is being tried: that ends by itself. */
const BUSY_MS = 2000;

type Carrying = {
  reach: () => ReturnType<Reach>;
  ticket: RawTicket;
  signal: AbortSignal;
  /** Bytes that are where they belong. */
  onProgress: (done: number) => void;
  /** It waits for its turn, or for the server. */
  onWaiting: (waits: boolean) => void;
};

/** Everything of a ticket into a sink, over as many connections as it takes; resolves when it is whole. */
export async function take({ sink, ...carrying }: Carrying & { sink: Sink }): Promise<void> {
  const { onProgress } = carrying;
  const digest = createDigest();
  const noting: Sink = {
    async write(chunk, at) {
      await sink.write(chunk, at);
      onProgress(at + chunk.length);
    },
  };
  await overConnections(carrying, digest.at, (over) => takeOnce({ ...over, from: digest.at(), sink: noting, digest })).finally(() => forget(carrying));
}

/** The server need not keep it any longer. Only a courtesy: it forgets it by itself. */
export async function forget({ reach, ticket }: Pick<Carrying, "reach" | "ticket">): Promise<void> {
  try {
    const { agent } = reach();
    if (agent) await letGo({ agent, ticket, signal: AbortSignal.timeout(5000) });
  } catch {
    // It is away, or was removed from the list.
  }
}

/** Everything of a source to the server; answers what came of it. */
export async function give({ source, ...carrying }: Carrying & { source: Source }): Promise<unknown> {
  const digest = createDigest();
  let done = 0;
  let first = true;
  const onTaken = (at: number) => {
    if (at > done) carrying.onProgress((done = at));
  };
  const work = overConnections(carrying, () => done, async (over) => {
    const from = first ? 0 : await askOffset(over);
    first = false;
    // It has less than before: it was started anew, and what was in its memory is gone.
    done = Math.min(done, from);
    return sendOnce({ ...over, from, source, digest, onTaken });
  });
  // One that was committed keeps its answer until it expires.
  work.catch(() => forget(carrying));
  return work;
}

type Over = { agent: AgentClient; ticket: RawTicket; signal: AbortSignal };

/** Goes on over the next connection where one breaks, until the ticket has expired. */
async function overConnections<T>({ reach, ticket, signal, onWaiting }: Carrying, done: () => number, once: (over: Over) => Promise<T>): Promise<T> {
  let { agent } = reach();
  for (let tries = 0; ; ) {
    signal.throwIfAborted();
    agent ??= await untilBack(reach, ticket, signal, onWaiting);
    const before = done();
    onWaiting(true);
    const leave = await agent.raw.turn(signal);
    try {
      onWaiting(false);
      return await once({ agent, ticket, signal });
    } catch (error) {
      signal.throwIfAborted();
      const code = error instanceof Failure ? error.problem.code : null;
      if (code !== null && !GOES_ON.has(code)) throw error;
      if (code !== null && WAITS.has(code) && Date.now() < ticket.expiresAt) {
        onWaiting(true);
        await pause(BUSY_MS, undefined, { signal });
        continue;
      }
      tries = done() > before ? 0 : tries + 1;
      if (tries >= TRIES) throw error instanceof Failure ? error : fail("SERVER_OFFLINE", { server: reach().name }, { cause: error });
    } finally {
      leave();
    }
    agent = null;
    await pause(AGAIN_MS * tries, undefined, { signal });
  }
}

/** What time mends, and what the next connection can do better. */
const WAITS = new Set(["RAW_BUSY", "STORE_IN_TRIAL"]);
const GOES_ON = new Set([...WAITS, "RAW_OFFSET"]);

async function untilBack(reach: Carrying["reach"], ticket: RawTicket, signal: AbortSignal, onWaiting: Carrying["onWaiting"]): Promise<AgentClient> {
  onWaiting(true);
  while (Date.now() < ticket.expiresAt) {
    const { agent, back } = reach();
    const { promise: given, reject: giveUp } = Promise.withResolvers<never>();
    given.catch(() => {});
    const abort = () => giveUp(signal.reason as Error);
    signal.addEventListener("abort", abort, { once: true });
    const found = await Promise.race([back?.(BACK_MS) ?? null, given]).finally(() => signal.removeEventListener("abort", abort));
    signal.throwIfAborted();
    if (found) return found;
    if (!back && agent) return agent;
    await pause(AGAIN_MS, undefined, { signal });
  }
  throw fail("SERVER_OFFLINE", { server: reach().name });
}
