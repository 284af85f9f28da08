import { ipcMain, MessageChannelMain, type WebFrameMain } from "electron";
import { RPCHandler } from "@orpc/server/message-port";
import type { Desktop } from "../desktop/desktop.ts";
import type { CallContext } from "../desktop/rpc/handler.ts";
import { ORIGIN } from "./scheme.ts";

/** The one thing that a page may ask of Electron: a port that carries the contract. Each window gets its own. */
export function handOutPorts(desktop: Desktop): void {
  const handler = new RPCHandler<CallContext>(desktop.router, desktop.handler);
  ipcMain.handle("port", (event) => {
    if (!isOurPage(event.senderFrame)) throw new Error("Refused.");
    const { port1, port2 } = new MessageChannelMain();
    // The port closes with its window, and every call and stream of that window ends with it.
    handler.upgrade(port1, { context: {} });
    port1.start();
    event.senderFrame?.postMessage("port", null, [port2]);
  });
}

function isOurPage(frame: WebFrameMain | null): boolean {
  return frame !== null && frame.parent === null && frame.origin === ORIGIN;
}
