import { configFolder } from "./config/folder.ts";
import { createLive } from "./live/live.ts";
import { createPrompts } from "./prompts/prompts.ts";
import { createRouter } from "./router.ts";
import { createCredits } from "./rpc/credit.ts";
import { handlerOptions } from "./rpc/handler.ts";
import type { Server } from "../contract/index.ts";

export type DesktopOptions = { host: "electron" | "web"; version: string; folder?: string };
export type Services = Awaited<ReturnType<typeof createServices>>;

/** Everything behind the window, put together; no Electron in sight. */
export async function createDesktop(options: DesktopOptions) {
  const services = await createServices(options);
  return { ...services, router: createRouter(services), handler: handlerOptions({ credits: services.credits }) };
}

async function createServices(options: DesktopOptions) {
  const folder = options.folder ?? configFolder();
  const credits = createCredits();
  const prompts = createPrompts();
  const list = createLive<Server[]>([]);
  const servers = { list: list.get, watch: list.watch };
  const info = () => ({
    version: options.version,
    platform: process.platform,
    host: options.host,
    secretStore: { kind: "session" as const, words: "" },
    configFolder: folder,
  });
  return { credits, prompts, servers, info, close: async () => {} };
}
