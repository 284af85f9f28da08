import { app, session, shell } from "electron";
import { ORIGIN } from "./scheme.ts";

const allowed = new Set(["clipboard-sanitized-write", "notifications"]);

/** No page but ours is ever shown; what wants out goes to the browser, and only as https. */
export function harden(): void {
  app.on("web-contents-created", (_event, contents) => {
    contents.on("will-navigate", (event) => event.preventDefault());
    contents.on("will-redirect", (event) => event.preventDefault());
    contents.on("will-attach-webview", (event) => event.preventDefault());
    contents.setWindowOpenHandler(({ url }) => {
      if (isOutside(url)) void shell.openExternal(url);
      return { action: "deny" };
    });
  });
  void app.whenReady().then(() => {
    const { defaultSession } = session;
    defaultSession.setPermissionRequestHandler((contents, permission, answer) => {
      answer(allowed.has(permission) && contents.getURL().startsWith(`${ORIGIN}/`));
    });
    defaultSession.setPermissionCheckHandler((_contents, permission, origin) => allowed.has(permission) && origin.startsWith(ORIGIN));
    defaultSession.setDevicePermissionHandler(() => false);
  });
}

/** Sites of a server may be plain http; nothing else leaves the window. */
function isOutside(text: string): boolean {
  try {
    const { protocol, username, password } = new URL(text);
    return (protocol === "https:" || protocol === "http:") && username === "" && password === "";
  } catch {
    return false;
  }
}
