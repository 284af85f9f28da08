import { fileURLToPath } from "node:url";
import { createDesktop } from "../desktop/desktop.ts";
import manifest from "../../package.json" with { type: "json" };
import { createWebHost } from "./host.ts";

const inCheckout = (path: string) => fileURLToPath(new URL(`../../${path}`, import.meta.url));

const desktop = await createDesktop({
  host: "web",
  version: manifest.version,
  agentBundle: process.env.AEROPLANE_AGENT_BUNDLE ?? inCheckout("agent/dist/agent.mjs"),
  resources: inCheckout("resources"),
});
const host = await createWebHost({
  router: desktop.router,
  handler: desktop.handler,
  folder: process.env.AEROPLANE_RENDERER_DIR ?? inCheckout("out/renderer"),
  port: Number(process.env.AEROPLANE_WEB_PORT ?? 0),
});
process.stdout.write(`Aeroplane: ${host.url}\n`);

for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.once(signal, () => void stop());

async function stop() {
  await host.close();
  desktop.close();
  process.exit(0);
}
