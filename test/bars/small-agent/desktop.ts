// A desktop of its own, attached to a server of the world over SSH as a person's is.
import { join } from "node:path";
import { buildAgent } from "../../../scripts/build-agent.mjs";
import { createDesktop } from "../../../src/desktop/desktop.ts";
import type { AgentClient } from "../../../src/desktop/agent/client.ts";
import { partsDir } from "../../world/cache.ts";
import type { Server } from "../../world/server.ts";
import { until } from "../../world/wait.ts";

const root = join(import.meta.dirname, "../../..");

export type Attached = { client: AgentClient["client"]; close(): void };

/** Adds the server, accepts its key, waits until it is ready and keeps a window's watch on it. */
export async function attach(server: Server, folder: string, signal: AbortSignal): Promise<Attached> {
  const { outfile } = await buildAgent();
  // Known hosts and settings of whoever runs this stay as they are.
  Object.assign(process.env, { HOME: folder, AEROPLANE_CACHE_DIR: partsDir });
  const desktop = await createDesktop({
    host: "web",
    version: "0.0.1",
    agentBundle: outfile,
    resources: join(root, "resources"),
    packages: join(root, "node_modules"),
    folder: join(folder, "config"),
  });
  const { id } = await desktop.servers.add({
    user: "root",
    address: server.address,
    port: 22,
    auth: { type: "key", path: server.privateKeyPath },
  });
  const client = await until(
    "the server to be ready",
    () => {
      for (const prompt of desktop.prompts.list()) desktop.prompts.answer(prompt.id, { type: "host-key", accept: true });
      const connection = desktop.servers.list().find((one) => one.id === id)?.connection;
      if (connection?.state === "failed") throw new Error(`${connection.problem.message} ${connection.problem.detail ?? ""}`);
      return desktop.servers.reach(id).agent?.client;
    },
    { within: 180_000, every: 100, signal },
  );
  void watch(client, signal).catch(() => {});
  return { client, close: desktop.close };
}

async function watch(client: Attached["client"], signal: AbortSignal): Promise<void> {
  for await (const _ of await client.changes.watch({}, { signal })) await client.services.list({}, { signal });
}
