// An agent that refuses to start leaves its reason as a file beside its data: what it said there is what a person sees.
import { problem, type Hello, type Problem } from "@aeroplane/agent/contract";
import * as z from "zod";
import { PLACES } from "./places.ts";
import { READY_SECONDS, untilReady } from "./service.ts";
import type { Way } from "./way.ts";

export const REFUSED_FILE = "refused.json";
const place = `${PLACES.data}/${REFUSED_FILE}`;
const refusal = z.object({ pid: z.number(), problem });

/** How long an answer is waited for before the file is looked at; a start takes less. */
const LOOK_SECONDS = 3;

export function readRefusal(text: string): { pid: number; problem: Problem } | null {
  try {
    return refusal.safeParse(JSON.parse(text)).data ?? null;
  } catch {
    return null;
  }
}

/** One that an agent left which knew no better than to leave it. */
export async function forgetRefusal(way: Way): Promise<void> {
  await way.asRoot(["rm", "-f", place]);
}

/** The agent's answer, or why it refuses to start; neither within the time that a start may take. */
export async function untilReadyOrRefused(way: Way, hello: (signal?: AbortSignal) => Promise<Hello | null>, signal?: AbortSignal): Promise<{ ready: Hello | null; refused: Problem | null }> {
  for (const until = Date.now() + READY_SECONDS * 1000; Date.now() < until; ) {
    const ready = await untilReady(hello, signal, LOOK_SECONDS);
    if (ready) return { ready, refused: null };
    const refused = readRefusal((await way.asRoot(["cat", place])).stdout);
    if (refused) return { ready: null, refused: refused.problem };
  }
  return { ready: null, refused: null };
}
