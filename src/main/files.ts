import { app, BrowserWindow, dialog, shell } from "electron";
import { join } from "node:path";
import type { Asked } from "../utility/messages.ts";

/** Files that a person chooses in a dialog of the system: no page can name one. */
export async function chooseFile(asked: Asked): Promise<string | null> {
  const window = BrowserWindow.getFocusedWindow();
  if (asked.act === "save") {
    const options = { defaultPath: join(app.getPath("downloads"), asked.name) };
    const { canceled, filePath } = await (window ? dialog.showSaveDialog(window, options) : dialog.showSaveDialog(options));
    return canceled || filePath === "" ? null : filePath;
  }
  const options = { title: asked.title, properties: ["openFile" as const, "showHiddenFiles" as const] };
  const { canceled, filePaths } = await (window ? dialog.showOpenDialog(window, options) : dialog.showOpenDialog(options));
  return canceled ? null : (filePaths[0] ?? null);
}

export const showFile = (path: string) => shell.showItemInFolder(path);
