// The desktop services of one person at a time of their own: an own home, an own config folder, questions answered.
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { AgentContract } from "../../../agent/contract/index.ts";
import type { ContractRouterClient } from "@orpc/contract";
import { createRouterClient } from "@orpc/server";
import { AGENT_VERSION } from "../../../agent/src/version.ts";
import { buildAgent } from "../../../scripts/build-agent.mjs";
import type { Connection, Server } from "../../../src/contract/index.ts";
import { createDesktop, type Desktop } from "../../../src/desktop/desktop.ts";
import { partsDir } from "../../world/cache.ts";

const root = join(import.meta.dirname, "../../..");

export type Desk = { desktop: Desktop; home: string; settled(id: string, signal: AbortSignal): Promise<Connection>; agentOf(id: string): ContractRouterClient<AgentContract> };

/** `home`: that of an earlier one, whose servers and known hosts it finds; `version` and `agentBundle`: of another release of the app. */
export async function openDesk({ home = mkdtempSync(join(tmpdir(), "desk-")), version = AGENT_VERSION, agentBundle }: { home?: string; version?: string; agentBundle?: string } = {}): Promise<Desk> {
  process.env.HOME = home;
  process.env.AEROPLANE_CACHE_DIR = partsDir;
  const outfile = agentBundle ?? (await buildAgent()).outfile;
  const desktop = await createDesktop({ host: "web", version, agentBundle: outfile, resources: join(root, "resources"), packages: join(root, "node_modules"), folder: join(home, "config") });
  return {
    desktop,
    home,
    settled: (id, signal) => settled(desktop, id, signal),
    agentOf: (id) => createRouterClient(desktop.router, { context: { server: id } }).agent as unknown as ContractRouterClient<AgentContract>,
  };
}

/** The state in which the connection comes to rest; a new host is trusted on the way. */
async function settled(desktop: Desktop, id: string, signal: AbortSignal): Promise<Connection> {
  const done = new AbortController();
  const either = AbortSignal.any([signal, done.signal]);
  void trustHosts(desktop, either);
  try {
    for await (const servers of desktop.servers.watch(either)) {
      const found = servers.find((server: Server) => server.id === id)?.connection;
      if (found?.state === "ready" || found?.state === "failed") return found;
    }
    throw signal.reason;
  } finally {
    done.abort();
  }
}

async function trustHosts(desktop: Desktop, signal: AbortSignal): Promise<void> {
  for await (const prompts of desktop.prompts.watch(signal)) {
    for (const prompt of prompts) desktop.prompts.answer(prompt.id, prompt.type === "host-key" ? { type: "host-key", accept: true } : { type: "dismiss" });
  }
}
