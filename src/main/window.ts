import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { app, BrowserWindow, nativeTheme, screen } from "electron";
import { configFolder } from "../desktop/config/folder.ts";
import { fitBounds, MINIMUM, type Bounds } from "./bounds.ts";
import { ORIGIN } from "./scheme.ts";

const boundsPath = () => join(configFolder(), "window.json");

export async function openWindow(): Promise<void> {
  const bounds = fitBounds(readKept(), screen.getAllDisplays().map(({ workArea }) => workArea));
  const window = new BrowserWindow({
    ...bounds,
    minWidth: MINIMUM.width,
    minHeight: MINIMUM.height,
    show: false,
    title: app.getName(),
    // The page's own background, so that nothing flashes white before it is painted.
    backgroundColor: nativeTheme.shouldUseDarkColors ? "#111113" : "#fcfcfd",
    autoHideMenuBar: true,
    webPreferences: {
      preload: join(import.meta.dirname, "../preload/index.cjs"),
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      spellcheck: false,
    },
  });
  if (bounds.maximized) window.maximize();
  window.once("ready-to-show", () => window.show());
  window.on("close", () => {
    const { x, y, width, height } = window.getNormalBounds();
    keep({ x, y, width, height, maximized: window.isMaximized() });
  });
  await window.loadURL(`${ORIGIN}/index.html`).catch((error: unknown) => {
    // Closed before it was loaded: nothing has failed.
    if (!window.isDestroyed()) throw error;
  });
}

function readKept(): string | undefined {
  try {
    return readFileSync(boundsPath(), "utf8");
  } catch {
    return undefined;
  }
}

/** At once: when the app quits, nothing waits for a promise. */
function keep(bounds: Bounds): void {
  const path = boundsPath();
  try {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    writeFileSync(`${path}.new`, JSON.stringify(bounds), { mode: 0o600 });
    renameSync(`${path}.new`, path);
  } catch (error) {
    // A disk that is full keeps no window open.
    console.error(error);
  }
}
