import { existsSync, rmSync } from "node:fs";
import type { AgentConfig } from "../config/config.ts";

/** Removes everything that this instance made on the server, then its DATA_DIR. */
export async function purge(config: AgentConfig): Promise<void> {
  if (!existsSync(config.dataDir)) return;
  const { openAgent } = await import("../agent.ts");
  const agent = openAgent(config, { purging: true });
  await agent.purge();
  await agent.close();
  rmSync(config.dataDir, { recursive: true, force: true });
}
