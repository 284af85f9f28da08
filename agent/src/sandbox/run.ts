import type { Account } from "./accounts.ts";

export type RunOptions = {
  cwd: string;
  /** Whole environment of the child; nothing is inherited. */
  env: Record<string, string>;
  /** Null: as the agent itself. */
  account: Account | null;
  signal?: AbortSignal;
  /** After so many seconds the whole process group goes. */
  seconds?: number;
  /** File that takes both outputs as the child wrote them (appended); none: kept in memory, the last 64 KiB of each. */
  outputFile?: string;
};

export type RunResult = {
  /** Null when a signal ended it. */
  code: number | null;
  killedBy: "signal" | "deadline" | null;
  stdout: string;
  stderr: string;
};

/** Runs one program without a shell, in its own process group that dies with the agent. */
export async function run(_argv: [string, ...string[]], _options: RunOptions): Promise<RunResult> {
  throw new Error("not yet");
}
