import { contextBridge, ipcRenderer, webUtils } from "electron";
import { LINK_CHANNEL, LINK_MESSAGE, PORT_CHANNEL, PORT_MESSAGE, SERVICES_CHANNEL, SERVICES_MESSAGE, START_CHANNEL, type ServicesState } from "../contract/window.ts";

// Ports cannot cross the bridge: the page receives each as a message from its own window.
ipcRenderer.on(PORT_CHANNEL, (event) => window.postMessage(PORT_MESSAGE, window.location.origin, event.ports));
ipcRenderer.on(SERVICES_CHANNEL, (_event, state: ServicesState) => window.postMessage({ type: SERVICES_MESSAGE, ...state }, window.location.origin));

// A link of the system: where it leads is for the page to read.
ipcRenderer.on(LINK_CHANNEL, (_event, path: string) => window.postMessage({ type: LINK_MESSAGE, path }, window.location.origin));

// By then the page listens.
window.addEventListener("DOMContentLoaded", () => void ipcRenderer.invoke(PORT_CHANNEL));

contextBridge.exposeInMainWorld("aeroplane", {
  pathOf: (file: File) => webUtils.getPathForFile(file),
  startServices: () => ipcRenderer.invoke(START_CHANNEL),
});
