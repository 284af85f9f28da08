import { fork, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import type { LoadCommand, LoadPlan, LoadReport, PhaseResult } from "./plan.ts";

export type { LoadPlan, PhaseResult } from "./plan.ts";

export type Load = {
  /** From now on requests are counted under this name; the first call starts the load. */
  phase(name: string): Promise<void>;
  /** No new requests; waits for the open ones. */
  finish(): Promise<PhaseResult[]>;
  stop(): void;
};

/** Starts the load maker in a process of its own. */
export async function makeLoad(plan: LoadPlan): Promise<Load> {
  const child = fork(fileURLToPath(new URL("./maker.ts", import.meta.url)), [JSON.stringify(plan)], { stdio: ["ignore", "ignore", "inherit", "ipc"] });
  await said(child, "ready");
  const tell = (command: LoadCommand) => child.send(command);
  return {
    async phase(name) {
      const heard = said(child, "phase");
      tell({ type: "phase", name });
      await heard;
    },
    async finish() {
      const done = said(child, "done");
      tell({ type: "finish" });
      return (await done).results;
    },
    stop: () => void child.kill("SIGKILL"),
  };
}

async function said<T extends LoadReport["type"]>(child: ChildProcess, type: T): Promise<Extract<LoadReport, { type: T }>> {
  const gone = new AbortController();
  const lost = once(child, "exit", { signal: gone.signal }).then(
    () => Promise.reject(new Error("the load maker ended before it was asked to")),
    () => new Promise<never>(() => {}),
  );
  try {
    for (;;) {
      const [message] = (await Promise.race([once(child, "message", { signal: gone.signal }), lost])) as [LoadReport];
      if (message.type === type) return message as Extract<LoadReport, { type: T }>;
    }
  } finally {
    gone.abort();
  }
}

/** One phase in one line. */
export function phaseLine(result: PhaseResult): string {
  return `${result.phase}: ${result.failed} failed of ${result.sent}, ${result.achievedRate.toFixed(1)} requests/s over ${result.seconds.toFixed(0)} s, slowest ${result.slowestMs} ms`;
}
