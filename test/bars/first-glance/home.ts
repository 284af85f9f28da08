// A person's home in which fifty servers are known: half of them away, some never reached, the rest accept and say nothing.
import { mkdir, writeFile } from "node:fs/promises";
import { createServer, type AddressInfo, type Socket } from "node:net";
import { join } from "node:path";
import { createKnownFiles } from "../../../src/desktop/known/files.ts";
import { createServersFile, type KeptServer } from "../../../src/desktop/servers/file.ts";
import { createFixture } from "../../e2e/fixture/fixture.ts";
import { run } from "../../world/command.ts";
import { freePort } from "../../world/git/server.ts";
import { ownedFolder } from "../../world/folder.ts";
import { rm } from "node:fs/promises";
import { FLEET, makeFleet } from "../window-cost/fleet.ts";
import type { BarContext } from "../frame.ts";

export const AWAY = 25;
export const NEVER = 5;

export type Home = { folder: string; servers: KeptServer[]; /** Of one that is away. */ project: string; service: string; /** Connections that servers were asked for so far. */ asked: () => number };

export async function makeHome({ cleanup }: BarContext): Promise<Home> {
  const folder = await ownedFolder("first-glance");
  cleanup(() => rm(folder, { recursive: true, force: true, maxRetries: 3 }));
  const key = join(folder, "key");
  // It would be asked for its passphrase as soon as anybody looked at it.
  await run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "closed to all", "-f", key]);
  const { port, asked } = await silentServer(cleanup);
  const shut = await freePort("127.0.0.1");

  const fixture = createFixture({ data: "many" });
  makeFleet(fixture)();
  const all = fixture.servers.get();
  const config = join(folder, "config");
  await mkdir(config, { recursive: true, mode: 0o700 });
  const heard = Date.now() - 3 * 3600_000;
  const auths = [{ type: "key" as const, path: key }, { type: "agent" as const }, { type: "password" as const }];
  const servers = all.map(({ id, name, kind, tags, hello }, index): KeptServer => {
    const never = index >= FLEET.servers - NEVER;
    const gone = index < AWAY || never;
    const login = { user: "root", address: "127.0.0.1", port: gone ? shut : port, auth: auths[index % auths.length]!, alias: null, jumps: [], client: "built-in", door: "forwarding" };
    return { id, name, kind, login, tags, hello: never ? null : hello, lastSeenAt: never ? null : heard } as KeptServer;
  });
  await createServersFile(config).change(() => servers);
  const files = createKnownFiles(join(config, "known"));
  for (const { id } of servers.slice(0, -NEVER)) {
    const agent = fixture.agents.get(id)!;
    await files.write(id, { at: heard, projects: [...agent.projects.values()], services: [...agent.services.values()], status: null });
  }
  files.writeSeen(Object.fromEntries(servers.slice(0, -NEVER).map(({ id }) => [id, heard])));
  await writeFile(join(config, "README"), "of a test\n");
  const agent = fixture.agents.get(servers[0]!.id)!;
  const [project] = agent.projects.values();
  return { folder, servers, project: project!.id, service: [...agent.services.values()][0]!.name, asked };
}

/** Accepts and is silent: to a client it is a server that is about to say something. */
async function silentServer(cleanup: BarContext["cleanup"]): Promise<{ port: number; asked: () => number }> {
  const sockets = new Set<Socket>();
  let count = 0;
  const server = createServer((socket) => {
    count += 1;
    sockets.add(socket);
    socket.on("error", () => {});
    socket.on("close", () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  cleanup(() => void server.close());
  cleanup(() => sockets.forEach((socket) => socket.destroy()));
  return { port: (server.address() as AddressInfo).port, asked: () => count };
}
