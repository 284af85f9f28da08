import { setTimeout as pause } from "node:timers/promises";
import type { Job } from "@aeroplane/agent/contract";
import type { AgentClient } from "../agent/client.ts";
import { createEnded } from "./ended.ts";
import { everyPage, type KnownState } from "../../contract/index.ts";

type Options = { agent: () => AgentClient | null; onNews: (state: KnownState) => void; /** A job that ended while it was followed. */ onEnded?: (job: Job) => void; /** Milliseconds between two looks. */ rest: number; now?: () => number; signal: AbortSignal };

/** While a server answers: what it has now, and again soon after each change of it. */
export async function follow({ agent, onNews, onEnded = () => {}, rest, now = Date.now, signal }: Options): Promise<void> {
  const aborted = new Promise((resolve) => signal.addEventListener("abort", resolve, { once: true }));
  const jobs = createEnded({ agent, onEnded, rest: sleep, every: rest, signal });
  const listening = Promise.withResolvers<void>();
  let dirty = Promise.withResolvers<void>();
  void listen();
  // What changes between the look and the first word of the stream would be missed.
  await Promise.race([listening.promise, aborted]);
  while (!signal.aborted) {
    const news = await look();
    if (signal.aborted) return;
    // A build announces itself many times a second: the next look comes after a rest, whatever happened in it.
    await sleep(news ? rest : 5 * rest);
    if (news) await Promise.race([dirty.promise, aborted]);
    dirty = Promise.withResolvers();
  }

  async function look(): Promise<boolean> {
    try {
      const { client } = agent()!;
      const [projects, services, status] = await Promise.all([
        client.projects.list({}, { signal }),
        everyPage((page) => client.services.list(page, { signal })),
        client.instance.status({}, { signal }).catch(() => null),
      ]);
      if (!signal.aborted) onNews({ at: now(), projects, services, status });
      return true;
    } catch {
      return false;
    }
  }

  async function listen(): Promise<void> {
    let after: string | undefined;
    while (!signal.aborted) {
      try {
        const batches = await agent()!.client.changes.watch({ after }, { signal });
        listening.resolve();
        for await (const { cursor, items, reset } of batches) {
          after = cursor;
          for (const { entity, id } of items) if (entity === "job") jobs.changed(id);
          if (reset || items.some(({ entity }) => entity !== "job" && entity !== "variables")) dirty.resolve();
        }
      } catch {
        // Its state machine says what is wrong; here it is only asked again.
      }
      listening.resolve();
      await sleep(rest);
    }
  }

  function sleep(milliseconds: number): Promise<void> {
    return pause(milliseconds, undefined, { signal, ref: false }).catch(() => {});
  }
}
