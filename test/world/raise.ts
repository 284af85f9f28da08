// Raises the test world: a network, a registry where the public names point, a Git server, and as many servers as asked for.
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { run } from "./command.ts";
import { startGitServer, type GitServer } from "./git/server.ts";
import { startHub, type Hub } from "./hub.ts";
import type { EnsureOptions } from "./images/images.ts";
import { createNetwork } from "./network.ts";
import type { Owner } from "./owner.ts";
import { buildxBin, caddyBin } from "./parts.ts";
import { reapDead, removeOwnedBy } from "./reap.ts";
import { beginRun } from "./run.ts";
import { startServer, type Server, type ServerKind, type ServerOptions } from "./server.ts";

export type World = {
  /** Unique for this run: for host names (app.RUN.test) and whatever else must not meet another run's. */
  run: string;
  folder: string;
  /** This machine, as the servers see it. */
  gateway: string;
  hub: Hub;
  git: GitServer;
  caddyBin: string;
  buildxBin: string;
  server: (kind: ServerKind, options?: ServerOptions) => Promise<Server>;
  servers: readonly Server[];
  /** Done in reverse order before the world goes. */
  onStop: (work: () => Promise<void> | void) => void;
  stop: () => Promise<void>;
};

export type RaiseOptions = EnsureOptions & { owner?: Owner; name?: string };

export async function raiseWorld(options: RaiseOptions = {}): Promise<World> {
  requireRoot();
  await reapDead();
  const world = await beginRun(options);
  const ending: (() => Promise<void> | void)[] = [];
  const stop = async () => {
    for (const work of ending.splice(0).reverse()) await work();
    await removeOwnedBy(world.owner);
  };
  try {
    const keyPath = join(world.folder, "client-key");
    await run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "world", "-f", keyPath]);
    const publicKey = (await readFile(`${keyPath}.pub`, "utf8")).trim();
    const network = await createNetwork(world);
    const [caddy, buildx] = [await caddyBin(), await buildxBin()];
    const [hub, git] = await Promise.all([
      startHub(world, network.gateway, options),
      startGitServer(world, network.gateway),
    ]);
    const servers: Server[] = [];
    let index = 0;
    const server = async (kind: ServerKind, wanted?: ServerOptions) => {
      const made = await startServer(
        { world, network, index: ++index, keyPath, publicKey },
        kind,
        wanted,
        options,
      );
      servers.push(made);
      return made;
    };
    return {
      run: world.name,
      folder: world.folder,
      gateway: network.gateway,
      hub,
      git,
      caddyBin: caddy,
      buildxBin: buildx,
      server,
      servers,
      onStop: (work) => void ending.push(work),
      stop,
    };
  } catch (error) {
    await stop().catch(() => {});
    throw error;
  }
}

function requireRoot(): void {
  if (process.getuid?.() !== 0)
    throw new Error(
      "The test world needs root: it makes networks, volumes and containers with systemd.",
    );
}
