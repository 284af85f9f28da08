// The agent's Caddy alone, over a folder of its own, without an agent: what a bar of the edge measures.
import { request } from "node:http";
import { chmod, rm } from "node:fs/promises";
import { join } from "node:path";
import { createCaddy, type Caddy, type Route } from "../../../agent/src/caddy/index.ts";
import { whatStarted } from "../../../agent/src/caddy/keeper/started.ts";
import { accountsOf } from "../../../agent/src/sandbox/index.ts";
import { ownedFolder } from "../../world/folder.ts";
import { freePort } from "../../world/git/server.ts";
import { caddyBin } from "../../world/parts.ts";
import type { BarContext } from "../frame.ts";

export type Edge = {
  folder: string;
  dataDir: string;
  bin: string;
  port: number;
  caddy: Caddy;
  /** The same Caddy as another program of it would run it. */
  caddyOf: (bin: string) => Caddy;
  /** Caddy starts anew while these stand, so that their hostnames are known to it. */
  known: (routes: Route[]) => Promise<void>;
  pid: () => Promise<number>;
  /** One request on a connection of its own. */
  ask: (hostname: string, path?: string) => Promise<{ status: number; body: string; headers: Headers }>;
};

export async function raiseEdge({ cleanup }: BarContext, name: string): Promise<Edge> {
  const folder = await ownedFolder(name);
  cleanup(() => rm(folder, { recursive: true, force: true, maxRetries: 3 }));
  // Caddy's own user passes through to routes and sites.
  await chmod(folder, 0o711);
  const dataDir = join(folder, "data");
  const account = accountsOf("0198c0de-0000-7000-8000-000000000002")?.caddy ?? null;
  const [bin, port] = [await caddyBin(), await freePort("127.0.0.1")];
  const caddyOf = (program: string) => createCaddy({ dataDir, bin: program, httpAddress: "127.0.0.1", httpPort: port, account, unit: null });
  const caddy = caddyOf(bin);
  cleanup(() => caddy.stop());
  await caddy.ensure();
  return {
    folder,
    dataDir,
    bin,
    port,
    caddy,
    caddyOf,
    async known(routes) {
      await caddy.sync(routes);
      await caddy.restart();
    },
    async pid() {
      const started = await whatStarted(dataDir);
      if (started === null) throw new Error("Caddy does not run");
      return started.pid;
    },
    ask: (hostname, path = "/") => ask(port, hostname, path),
  };
}

/** `fetch` would set a Host of its own. */
function ask(port: number, hostname: string, path: string): ReturnType<Edge["ask"]> {
  return new Promise((resolve, reject) => {
    const call = request({ host: "127.0.0.1", port, path, agent: false, headers: { host: hostname }, timeout: 60_000 }, (response) => {
      let body = "";
      response.setEncoding("utf8");
      response.on("data", (part: string) => (body += part));
      response.on("error", reject);
      response.on("end", () => resolve({ status: response.statusCode ?? 0, body, headers: new Headers(response.headers as Record<string, string>) }));
    });
    call.on("timeout", () => call.destroy(new Error(`no answer for ${hostname} within a minute`)));
    call.on("error", reject);
    call.end();
  });
}
