import { forkMaker, said } from "./child.ts";
import type { EchoPlan, EchoReport, EchoResult, LoadCommand, LoadPlan, LoadReport, PhaseResult } from "./plan.ts";

export type { EchoPlan, EchoResult, LoadPlan, PhaseResult } from "./plan.ts";

export type Load = {
  /** From now on requests are counted under this name; the first call starts the load. */
  phase(name: string): Promise<void>;
  /** No new requests; waits for the open ones. */
  finish(): Promise<PhaseResult[]>;
  stop(): void;
};

/** Starts the load maker in a process of its own. */
export async function makeLoad(plan: LoadPlan): Promise<Load> {
  const child = forkMaker("./maker.ts", plan);
  await said<LoadReport, "ready">(child, "ready");
  const tell = (command: LoadCommand) => child.send(command);
  return {
    async phase(name) {
      const heard = said<LoadReport, "phase">(child, "phase");
      tell({ type: "phase", name });
      await heard;
    },
    async finish() {
      const done = said<LoadReport, "done">(child, "done");
      tell({ type: "finish" });
      return (await done).results;
    },
    stop: () => void child.kill("SIGKILL"),
  };
}

export type Echo = { finish(): Promise<EchoResult>; stop(): void };

/** Opens a WebSocket in a process of its own and keeps it busy. */
export async function makeEcho(plan: EchoPlan): Promise<Echo> {
  const child = forkMaker("./echo-maker.ts", plan);
  await said<EchoReport, "ready">(child, "ready");
  return {
    async finish() {
      const done = said<EchoReport, "done">(child, "done");
      child.send({ type: "finish" });
      return (await done).result;
    },
    stop: () => void child.kill("SIGKILL"),
  };
}

/** One phase in one line. */
export function phaseLine(result: PhaseResult): string {
  return `${result.phase}: ${result.failed} failed of ${result.sent}, ${result.achievedRate.toFixed(1)} requests/s over ${result.seconds.toFixed(0)} s, slowest ${result.slowestMs} ms`;
}
