import { fileURLToPath } from "node:url";
import { createDesktop, type Desktop } from "../desktop/desktop.ts";
import manifest from "../../package.json" with { type: "json" };
import { createWebHost, type WebHost } from "./host.ts";

const inCheckout = (path: string) => fileURLToPath(new URL(`../../${path}`, import.meta.url));

export type Served = Pick<WebHost, "url" | "invite"> & { desktop: Desktop; close(): Promise<void> };

/** The desktop services of this checkout behind a web host; `folder`: another config folder than the person's own. */
export async function serveWeb({ folder }: { folder?: string } = {}): Promise<Served> {
  // A defect in one call must not take the app, and every other server with it.
  if (process.listenerCount("unhandledRejection") === 0) process.on("unhandledRejection", (reason) => console.error(reason));
  const desktop = await createDesktop({
    host: "web",
    version: manifest.version,
    agentBundle: process.env.AEROPLANE_AGENT_BUNDLE ?? inCheckout("agent/dist/agent.mjs"),
    resources: inCheckout("resources"),
    packages: inCheckout("node_modules"),
    folder,
  });
  const host = await createWebHost({
    router: desktop.router,
    handler: desktop.handler,
    transfers: desktop.transfers,
    folder: process.env.AEROPLANE_RENDERER_DIR ?? inCheckout("out/renderer"),
    port: Number(process.env.AEROPLANE_WEB_PORT ?? 0),
  });
  return {
    url: host.url,
    invite: host.invite,
    desktop,
    async close() {
      await host.close();
      desktop.close();
    },
  };
}
