import { fileURLToPath } from "node:url";
import { createDesktop } from "../desktop/desktop.ts";
import manifest from "../../package.json" with { type: "json" };
import { createWebHost } from "./host.ts";

const folder = process.env.AEROPLANE_RENDERER_DIR ?? fileURLToPath(new URL("../../out/renderer", import.meta.url));
const desktop = await createDesktop({ host: "web", version: manifest.version });
const host = await createWebHost({
  router: desktop.router,
  handler: desktop.handler,
  folder,
  port: Number(process.env.AEROPLANE_WEB_PORT ?? 0),
});
process.stdout.write(`Aeroplane: ${host.url}\n`);

for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.once(signal, () => void stop());

async function stop() {
  await host.close();
  await desktop.close();
  process.exit(0);
}
