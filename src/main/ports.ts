import { ipcMain, type WebContents, type WebFrameMain } from "electron";
import { PORT_CHANNEL, SERVICES_CHANNEL, START_CHANNEL } from "../contract/window.ts";
import { ORIGIN } from "./scheme.ts";
import type { Keeper } from "./services/keeper.ts";

/** The things that a page may ask of Electron: ports that carry the contract, and a new start of what stands behind them. */
export function handOutPorts(services: Pick<Keeper, "attach" | "startAgain">): void {
  const attached = new Map<WebContents, () => void>();
  ipcMain.handle(PORT_CHANNEL, ({ sender, senderFrame }) => {
    if (!isOurPage(senderFrame)) throw new Error("Refused.");
    const first = !attached.has(sender);
    // A page that was loaded again has lost its port.
    attached.get(sender)?.();
    const detach = services.attach({
      port: (port) => post(() => senderFrame.postMessage(PORT_CHANNEL, null, [port as Electron.MessagePortMain]), () => (port as Electron.MessagePortMain).close()),
      state: (state) => post(() => senderFrame.postMessage(SERVICES_CHANNEL, state)),
    });
    attached.set(sender, detach);
    if (first) sender.once("destroyed", () => (attached.get(sender)?.(), attached.delete(sender)));
  });
  ipcMain.handle(START_CHANNEL, ({ senderFrame }) => {
    if (!isOurPage(senderFrame)) throw new Error("Refused.");
    services.startAgain();
  });
}

/** A frame may be gone before its window says so. */
function post(act: () => void, otherwise?: () => void): void {
  try {
    act();
  } catch (error) {
    console.error(error);
    otherwise?.();
  }
}

function isOurPage(frame: WebFrameMain | null): frame is WebFrameMain {
  return frame !== null && frame.parent === null && frame.origin === ORIGIN;
}
