// Caddy is restarted and replaced by another version of itself while visitors come: on new connections none may fail.
import { setTimeout as sleep } from "node:timers/promises";
import type { Caddy } from "../../../agent/src/caddy/index.ts";
import { makeLoad, phaseLine, type LoadPlan } from "../../load/load.ts";

export type RestartPlan = {
  /** What serves `load.hostname`; whoever calls ends it. */
  load: LoadPlan;
  /** The agent's Caddy over one and the same DATA_DIR, with that program. */
  caddyOf: (bin: string) => Pick<Caddy, "ensure" | "restart">;
  /** The program that runs when this begins and ends, and another version of it. */
  bin: string;
  otherBin: string;
  restarts: number;
  /** Seconds of load after each of them: a visitor whose first packet was held comes again after one. */
  rest: number;
};

export type RestartResult = { sent: number; failedNew: number; resetKept: number; slowestMs: number; failures: string[] };

/** `restarts` restarts, then to the other version and back. Failures on kept connections are counted apart: they end with their process. */
export async function restartUnderLoad(plan: RestartPlan, say: (line: string) => void): Promise<RestartResult> {
  const caddy = plan.caddyOf(plan.bin);
  const load = await makeLoad(plan.load);
  try {
    await load.phase("before");
    await sleep(1000);
    for (let count = 1; count <= plan.restarts; count += 1) {
      await load.phase(`restart ${count}`);
      await caddy.restart();
      await sleep(plan.rest * 1000);
    }
    for (const [name, bin] of [["the other version", plan.otherBin], ["back", plan.bin]] as const) {
      await load.phase(name);
      await plan.caddyOf(bin).ensure();
      await sleep(plan.rest * 1000);
    }
    const results = await load.finish();
    for (const result of results) {
      const { failedOn } = result;
      say(`${phaseLine(result)}; new connections failed: ${failedOn.new}, kept ones reset: ${failedOn.kept}`);
      if (failedOn.new > 0) for (const failure of result.failures) say(`  ${failure}`);
    }
    const sum = (of: (result: (typeof results)[number]) => number) => results.reduce((total, result) => total + of(result), 0);
    return {
      sent: sum(({ sent }) => sent),
      failedNew: sum(({ failedOn }) => failedOn.new),
      resetKept: sum(({ failedOn }) => failedOn.kept),
      slowestMs: Math.max(...results.map(({ slowestMs }) => slowestMs)),
      failures: results.flatMap(({ failures }) => failures),
    };
  } finally {
    load.stop();
  }
}
