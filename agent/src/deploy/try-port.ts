import type { CheckRequest } from "./check.ts";
import type { DeployDeps } from "./deps.ts";
import { accepts } from "./dialect.ts";
import { verdict } from "./verdict.ts";
import { watch } from "./watch.ts";

/** Its port accepts connections and goes on to, within the time of its health check; what it speaks there is its own affair. */
export async function tryPort(deps: DeployDeps, request: CheckRequest, signal: AbortSignal): Promise<void> {
  const { release, launched, detail } = request;
  const upstream = { address: launched.address, port: release.port ?? 0 };
  const failed = await watch(
    {
      config: release.config,
      look: async () => ((await accepts(upstream, signal)) ? { state: "good", answer: "open" } : { state: "away", refused: true }),
      async saw({ state }) {
        detail(state === "good" ? `Port ${upstream.port} accepts connections` : `Waiting for port ${upstream.port}`);
      },
    },
    signal,
  );
  if (failed !== null) throw await verdict(deps, { ...request, ...failed, upstream, health: { by: "tcp" } }, signal);
}
