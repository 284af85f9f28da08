import type { Usage } from "../host/usage.ts";
import { ask, statusOf, type Docker } from "./client.ts";

/** What Docker counts of a container that runs; null: it does not. Slower than the kernel's own files, which may be out of reach. */
export async function dockerUsage(docker: Docker, id: string): Promise<Usage | null> {
  try {
    const { memory_stats: memory, cpu_stats: processor } = await ask(() => docker.getContainer(id).stats({ stream: false, "one-shot": true }));
    if (memory?.usage === undefined) return null;
    const stats = memory.stats as { inactive_file?: number; total_inactive_file?: number } | undefined;
    return { memory: Math.max(0, memory.usage - (stats?.total_inactive_file ?? stats?.inactive_file ?? 0)), processorMs: processor.cpu_usage.total_usage / 1e6 };
  } catch (error) {
    if (statusOf(error) === 404 || statusOf(error) === 409) return null;
    throw error;
  }
}
