// Which requests an app took on, and which of its instances did, from the service's own log.
import { until } from "../../world/wait.ts";
import type { AgentProcess } from "../agent-process.ts";

export type Accepted = {
  /** Who logged this request, first to last; Caddy may have asked another one after the first had died. */
  by(id: string): string[];
  /** Resolves when the log has come to these, which were answered, and nothing new has come for a while. */
  all(answered: readonly string[]): Promise<void>;
};

const QUIET_MS = 1000;
const LAST = 20;

/** Follows the log of all instances as a window does. */
export function followAccepted(agent: AgentProcess, serviceId: string, signal: AbortSignal): Accepted {
  const accepted = new Map<string, string[]>();
  let lastAt = Date.now();
  void (async () => {
    for await (const batch of await agent.client.services.logs({ id: serviceId, tail: 0 }, { signal })) {
      for (const { text } of batch.lines) {
        const found = /^accepted (\d+) by (\S+)$/.exec(text);
        if (found === null) continue;
        lastAt = Date.now();
        accepted.set(found[1]!, [...(accepted.get(found[1]!) ?? []), found[2]!]);
      }
    }
  })().catch(() => {});
  return {
    by: (id) => accepted.get(id) ?? [],
    async all(answered) {
      // The last ones: what was said before the log was followed is not told.
      const last = answered.slice(-LAST);
      await until("the log of the last requests", async () => last.every((id) => accepted.has(id)), { within: 60_000, every: 50 }).catch(() => {});
      while (Date.now() - lastAt < QUIET_MS) await new Promise((resolve) => setTimeout(resolve, 50));
    },
  };
}
