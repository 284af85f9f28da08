// Which requests an app took on, and which of its instances did, from the service's own log.
import type { AgentProcess } from "../agent-process.ts";

export type Accepted = {
  /** Who logged this request, first to last; Caddy may have asked another one after the first had died. */
  by(id: string): string[];
  lines(): number;
  /** Resolves when nothing new has been logged for a while. */
  quiet(): Promise<void>;
};

const QUIET_MS = 1000;

/** Follows the log of all instances as a window does. */
export function followAccepted(agent: AgentProcess, serviceId: string, signal: AbortSignal): Accepted {
  const accepted = new Map<string, string[]>();
  let lines = 0;
  let lastAt = Date.now();
  void (async () => {
    for await (const batch of await agent.client.services.logs({ id: serviceId, tail: 0 }, { signal })) {
      for (const { text } of batch.lines) {
        const found = /^accepted (\d+) by (\S+)$/.exec(text);
        if (found === null) continue;
        lines += 1;
        lastAt = Date.now();
        accepted.set(found[1]!, [...(accepted.get(found[1]!) ?? []), found[2]!]);
      }
    }
  })().catch(() => {});
  return {
    by: (id) => accepted.get(id) ?? [],
    lines: () => lines,
    async quiet() {
      while (Date.now() - lastAt < QUIET_MS) await new Promise((resolve) => setTimeout(resolve, 50));
    },
  };
}
