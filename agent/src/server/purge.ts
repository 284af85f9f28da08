import { existsSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { AgentConfig } from "../config/config.ts";
import { dataPaths } from "../config/paths.ts";

/** Removes everything that this instance made on the server, then its DATA_DIR. */
export async function purge(config: AgentConfig): Promise<void> {
  if (!existsSync(config.dataDir)) return;
  const { openAgent } = await import("../agent.ts");
  const agent = openAgent(config, { purging: true });
  await agent.purge();
  await agent.close();
  removeData(config.dataDir);
}

/** The store last: what is left of a removal that was cut off still has it, so that purging again is not refused for a lost one. */
export function removeData(dataDir: string): void {
  const { store } = dataPaths(dataDir);
  for (const name of readdirSync(dataDir)) if (join(dataDir, name) !== store) rmSync(join(dataDir, name), { recursive: true, force: true });
  rmSync(dataDir, { recursive: true, force: true });
}
