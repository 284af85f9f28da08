import type { Account, ToolLog } from "../sandbox/index.ts";

export type Commit = { sha: string; message: string; author: string };

export type FetchOptions = {
  url: string;
  branch: string;
  /** Absolute; must not exist yet, lies under `sourcesDir`. */
  into: string;
  /** The only place that the sandbox account may write: DATA_DIR/sources. */
  sourcesDir: string;
  account: Account | null;
  signal: AbortSignal;
  log: ToolLog;
  limitBytes?: number;
  seconds?: number;
};

/** The branch's newest commit as plain files, without .git. Links that leave it are refused. */
export async function fetchSource(_options: FetchOptions): Promise<Commit> {
  throw new Error("not yet");
}

/** `into`/`rootDirectory`, or SOURCE_DIRECTORY_MISSING. */
export async function sourceDirectory(_options: { into: string; rootDirectory: string; sha: string }): Promise<string> {
  throw new Error("not yet");
}

/** Removes a checkout that `fetchSource` made, whoever owns the files. Idempotent. */
export async function removeSource(_into: string): Promise<void> {
  throw new Error("not yet");
}
