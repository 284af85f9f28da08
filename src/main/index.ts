import { join } from "node:path";
import { app, BrowserWindow, powerMonitor } from "electron";
import { createDesktop } from "../desktop/desktop.ts";
import { hostFiles } from "./files.ts";
import { harden } from "./harden.ts";
import { setMenu } from "./menu.ts";
import { handOutPorts } from "./ports.ts";
import { registerScheme, serveWindow } from "./scheme.ts";
import { openWindow } from "./window.ts";

app.enableSandbox();
registerScheme();

if (!app.requestSingleInstanceLock()) app.quit();
else void start();

async function start() {
  // A defect in one call must not take the window, and every other server with it.
  process.on("unhandledRejection", (reason) => console.error(reason));
  harden();
  await app.whenReady();
  // In the package they lie beside the program; in a checkout where they are made.
  const shipped = app.isPackaged ? process.resourcesPath : join(app.getAppPath(), "resources");
  const desktop = await createDesktop({
    host: "electron",
    version: app.getVersion(),
    agentBundle: app.isPackaged ? join(shipped, "agent.mjs") : join(app.getAppPath(), "agent/dist/agent.mjs"),
    resources: shipped,
    files: hostFiles,
  });
  serveWindow(join(import.meta.dirname, "../renderer"));
  handOutPorts(desktop);
  setMenu();
  await openWindow();

  app.on("second-instance", () => void showWindow());
  app.on("activate", () => void showWindow());
  // A link that died in its sleep is not waited for.
  powerMonitor.on("resume", desktop.servers.wake);
  app.on("window-all-closed", () => {
    if (process.platform !== "darwin") app.quit();
  });
  app.on("will-quit", () => {
    desktop.close();
    // The end of a program waits for its threads, and one of them waits for a keychain that hangs.
    if (desktop.stuck()) process.kill(process.pid, "SIGKILL");
  });
}

async function showWindow() {
  const [window] = BrowserWindow.getAllWindows();
  if (!window) return openWindow();
  if (window.isMinimized()) window.restore();
  window.focus();
}
