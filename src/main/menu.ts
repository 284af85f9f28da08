import { app, Menu, type MenuItemConstructorOptions } from "electron";

/** Only what the system expects; the app's own acts are the window's, in its palette and shortcuts. */
export function setMenu(): void {
  const mac: MenuItemConstructorOptions[] = process.platform === "darwin" ? [{ role: "appMenu" }] : [];
  const view: MenuItemConstructorOptions = {
    label: "View",
    submenu: [
      ...(app.isPackaged ? [] : [{ role: "reload" } as const, { role: "toggleDevTools" } as const, { type: "separator" } as const]),
      { role: "resetZoom" },
      { role: "zoomIn" },
      { role: "zoomOut" },
      { type: "separator" },
      { role: "togglefullscreen" },
    ],
  };
  Menu.setApplicationMenu(Menu.buildFromTemplate([...mac, { role: "editMenu" }, view, { role: "windowMenu" }]));
}
