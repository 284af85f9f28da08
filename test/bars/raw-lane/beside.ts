// How long small calls take, alone and beside a transfer over the same connection.
import { setTimeout as pause } from "node:timers/promises";
import type { AgentClient } from "../../../src/desktop/agent/client.ts";

const EVERY_MS = 100;

/** Milliseconds, half of the calls are quicker. */
export async function quietly(agent: AgentClient, count: number): Promise<number> {
  const took: number[] = [];
  for (let call = -5; call < count; call += 1) {
    const one = await timed(agent);
    if (call >= 0) took.push(one);
  }
  return median(took);
}

/** Until the work has ended. */
export async function beside<T>(agent: AgentClient, work: Promise<T>): Promise<{ median: number; worst: number; calls: number }> {
  const took: number[] = [];
  let over = false;
  const ended = work.finally(() => (over = true));
  ended.catch(() => {});
  // What begins, begins slowly.
  await Promise.race([pause(300), ended]);
  while (!over) {
    took.push(await timed(agent));
    await Promise.race([pause(EVERY_MS), ended]);
  }
  await ended;
  return { median: median(took), worst: Math.max(0, ...took), calls: took.length };
}

async function timed({ client }: AgentClient): Promise<number> {
  const began = performance.now();
  await client.instance.hello({});
  return performance.now() - began;
}

const median = (values: number[]) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
