import type { Changes } from "./changes/changes.ts";
import type { AgentConfig } from "./config/config.ts";
import type { DataPaths } from "./config/paths.ts";
import type { Runner } from "./jobs/index.ts";
import type { Sealer } from "./secrets/sealer.ts";
import type { Db } from "./store/index.ts";

/** What every room of the agent may stand on. */
export type Core = {
  config: AgentConfig;
  paths: DataPaths;
  db: Db;
  instanceId: string;
  /** Eight hex digits of it, for names. */
  tag: string;
  sealer: Sealer;
  changes: Changes;
  jobs: Runner;
  /** The agent's own log: one JSON line on stderr. */
  note(event: string, data?: Record<string, unknown>): void;
};
