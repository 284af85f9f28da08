import { join } from "node:path";
import { app, BrowserWindow, dialog, MessageChannelMain, powerMonitor } from "electron";
import { chooseFile, showFile } from "./files.ts";
import { harden } from "./harden.ts";
import { setMenu } from "./menu.ts";
import { hearLinks } from "./open-links.ts";
import { handOutPorts } from "./ports.ts";
import { registerScheme, serveWindow } from "./scheme.ts";
import { keepServices, type Keeper } from "./services/keeper.ts";
import { launchServices } from "./services/process.ts";
import { openWindow } from "./window.ts";

/** On the way out: nothing is opened any more. */
let ending: Promise<void> | null = null;
/** While one opens there is no window yet, and one is enough. */
let opening: Promise<void> | null = null;

app.enableSandbox();
registerScheme();
const links = hearLinks();

if (!app.requestSingleInstanceLock()) app.quit();
else void start().catch(giveUp);

async function start(): Promise<void> {
  process.on("unhandledRejection", (reason) => console.error(reason));
  harden();
  await app.whenReady();
  // In the package they lie beside the program; in a checkout where they are made.
  const shipped = app.isPackaged ? process.resourcesPath : join(app.getAppPath(), "resources");
  const services = keepServices({
    launch: launchServices,
    start: {
      version: app.getVersion(),
      agentBundle: app.isPackaged ? join(shipped, "agent.mjs") : join(app.getAppPath(), "agent/dist/agent.mjs"),
      resources: shipped,
      ...(app.isPackaged ? {} : { packages: join(app.getAppPath(), "node_modules") }),
    },
    channel: () => new MessageChannelMain(),
    ask: chooseFile,
    show: showFile,
  });
  endWith(services);
  serveWindow(join(import.meta.dirname, "../renderer"));
  handOutPorts(services);
  setMenu();
  // The window is drawn while the services start.
  await Promise.all([openWindow(), services.started]);
  links.follow(showWindow);

  app.on("second-instance", () => void showWindow());
  app.on("activate", () => void showWindow());
  // A link that died in its sleep is not waited for.
  powerMonitor.on("resume", services.wake);
}

/** The last state is written, and sessions are closed, before the app goes. */
function endWith(services: Keeper): void {
  app.on("window-all-closed", () => {
    if (process.platform !== "darwin") app.quit();
  });
  app.on("will-quit", (event) => {
    event.preventDefault();
    // Asked twice it is one.
    ending ??= services.close().finally(() => app.exit());
  });
}

/** Without its services the app is nothing: it says why, and ends. */
function giveUp(error: unknown): void {
  if (ending) return;
  dialog.showErrorBox("Aeroplane could not start", error instanceof Error ? error.message : String(error));
  app.exit(1);
}

async function showWindow(): Promise<void> {
  if (ending) return;
  const [window] = BrowserWindow.getAllWindows();
  if (!window) return (opening ??= openWindow().finally(() => (opening = null)));
  if (window.isMinimized()) window.restore();
  window.focus();
}
