import { app, BrowserWindow, type WebContents } from "electron";
import { LINK_CHANNEL } from "../contract/window.ts";
import { pathIn } from "./links.ts";
import { SCHEME } from "./scheme.ts";

/** Links to pages of the app that the system hands over: heard from the start, shown as soon as there is a window. */
export function hearLinks() {
  let waiting = pathIn(process.argv.slice(1));
  let show: (() => Promise<void>) | null = null;

  const hear = (words: readonly string[]) => {
    const path = pathIn(words);
    if (path === null) return;
    waiting = path;
    void deliver();
  };
  async function deliver(): Promise<void> {
    if (!show || waiting === null) return;
    await show();
    const [window] = BrowserWindow.getAllWindows();
    if (!window || waiting === null) return;
    send(window.webContents, waiting);
    waiting = null;
  }

  // macOS, also before the app is ready.
  app.on("open-url", (event, url) => {
    event.preventDefault();
    hear([url]);
  });
  // Windows and Linux start the app a second time.
  app.on("second-instance", (_event, argv) => hear(argv));

  return {
    /** `showWindow`: brings it to the front, or opens one. */
    follow(showWindow: () => Promise<void>): void {
      show = showWindow;
      // On Windows what comes after "--" is never read as a switch of Chromium.
      if (app.isPackaged) app.setAsDefaultProtocolClient(SCHEME, process.execPath, ["--"]);
      void deliver();
    },
  };
}

/** The page listens when it is loaded. */
function send(contents: WebContents, path: string): void {
  if (contents.isLoadingMainFrame()) contents.once("did-finish-load", () => contents.send(LINK_CHANNEL, path));
  else contents.send(LINK_CHANNEL, path);
}
