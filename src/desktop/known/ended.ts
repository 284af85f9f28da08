import type { Job } from "@aeroplane/agent/contract";
import type { AgentClient } from "../agent/client.ts";

type Options = { agent: () => AgentClient | null; onEnded: (job: Job) => void; rest: (milliseconds: number) => Promise<void>; every: number; signal: AbortSignal };

/** So many jobs are remembered as told; a server's list is no longer. */
const REMEMBERED = 500;
/** More that changed in one rest are not looked at singly: they are of a flood that nobody reads. */
const MOST = 50;

/** From the ids of jobs that changed, those that have ended: each once, and asked for once in a rest, however often it says that it changed. */
export function createEnded({ agent, onEnded, rest, every, signal }: Options) {
  const waiting = new Set<string>();
  const told = new Set<string>();
  let running = false;

  async function run(): Promise<void> {
    running = true;
    while (waiting.size > 0 && !signal.aborted) {
      await rest(every);
      const ids = [...waiting].slice(0, MOST);
      waiting.clear();
      for (const id of ids) await look(id);
    }
    running = false;
  }

  /** One that cannot be asked for now, or is gone, is not told. */
  async function look(id: string): Promise<void> {
    const job = await agent()?.client.jobs.get({ id }, { signal }).catch(() => null);
    if (!job || job.endedAt === null || told.has(id) || signal.aborted) return;
    told.add(id);
    if (told.size > REMEMBERED) told.delete(told.values().next().value!);
    onEnded(job);
  }

  return {
    changed(id: string): void {
      if (told.has(id)) return;
      waiting.add(id);
      if (!running) void run();
    },
  };
}
