import { createRouter } from "./router.ts";
import { handlerOptions } from "./rpc/handler.ts";
import { createServices, type DesktopOptions } from "./services.ts";

export type Desktop = Awaited<ReturnType<typeof createDesktop>>;

/** Everything behind the window, put together; no Electron in sight. */
export async function createDesktop(options: DesktopOptions) {
  const services = await createServices(options);
  return { ...services, router: createRouter(services), handler: handlerOptions({ credits: services.credits }) };
}
