import { join } from "node:path";
import { app, BrowserWindow, nativeTheme } from "electron";
import { readText, writeWhole } from "../desktop/config/file.ts";
import { configFolder } from "../desktop/config/folder.ts";
import { ORIGIN } from "./scheme.ts";

type Bounds = { x?: number; y?: number; width: number; height: number; maximized: boolean };

const MINIMUM = { width: 960, height: 640 };
const first: Bounds = { width: 1280, height: 800, maximized: false };
const boundsPath = () => join(configFolder(), "window.json");

export async function openWindow(): Promise<void> {
  const bounds = await readBounds();
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
    void writeWhole(boundsPath(), JSON.stringify({ x, y, width, height, maximized: window.isMaximized() } satisfies Bounds));
  });
  await window.loadURL(`${ORIGIN}/index.html`);
}

async function readBounds(): Promise<Bounds> {
  try {
    const kept = JSON.parse((await readText(boundsPath())) ?? "null") as Partial<Bounds> | null;
    if (!kept || ![kept.width, kept.height].every(Number.isFinite)) return first;
    return { ...first, ...kept, width: Math.max(kept.width!, MINIMUM.width), height: Math.max(kept.height!, MINIMUM.height) };
  } catch {
    return first;
  }
}
