import { app, BrowserWindow, dialog, shell } from "electron";
import { join } from "node:path";
import type { HostFiles } from "../desktop/transfers/transfers.ts";

/** Files that a person chooses in a dialog of the system: no page can name one. */
export const hostFiles: HostFiles = {
  async chooseSave(name) {
    const options = { defaultPath: join(app.getPath("downloads"), name) };
    const window = BrowserWindow.getFocusedWindow();
    const { canceled, filePath } = await (window ? dialog.showSaveDialog(window, options) : dialog.showSaveDialog(options));
    return canceled || filePath === "" ? null : filePath;
  },
  async chooseOpen(title) {
    const options = { title, properties: ["openFile" as const, "showHiddenFiles" as const] };
    const window = BrowserWindow.getFocusedWindow();
    const { canceled, filePaths } = await (window ? dialog.showOpenDialog(window, options) : dialog.showOpenDialog(options));
    return canceled ? null : (filePaths[0] ?? null);
  },
  show: (path) => shell.showItemInFolder(path),
};
