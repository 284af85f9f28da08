import type { LogStream } from "../log/line.ts";
import { atOnce } from "./at-once.ts";
import { checkHealth, type CheckRequest } from "./check.ts";
import type { DeployDeps } from "./deps.ts";
import type { Launched } from "./launch.ts";

/** All side by side; the first that fails ends the check of the others. */
export async function checkInstances(
  deps: DeployDeps,
  request: Omit<CheckRequest, "launched">,
  launched: Launched[],
  signal: AbortSignal,
): Promise<void> {
  const [only] = launched;
  if (launched.length === 1) return checkHealth(deps, { ...request, launched: only! }, signal);
  const failed = new AbortController();
  const within = AbortSignal.any([signal, failed.signal]);
  let good = 0;
  const told = (text: string) => request.detail(`${good} of ${launched.length} instances are ready. ${text}`);
  await atOnce(launched, launched.length, async (instance) => {
    const name = `Instance ${instance.ordinal}`;
    const own = { ...request, launched: instance, detail: (text: string) => told(`${name}: ${text}`), log: (text: string, stream?: LogStream) => request.log(`${name}: ${text}`, stream) };
    try {
      await checkHealth(deps, own, within);
      good += 1;
    } catch (error) {
      failed.abort(error);
      throw error;
    }
  });
  request.detail(`${launched.length} instances are ready`);
}
