import { contextBridge, ipcRenderer, webUtils } from "electron";

// Ports cannot cross the bridge: the page receives its one port as a message from its own window.
ipcRenderer.on("port", (event) => window.postMessage("aeroplane:port", window.location.origin, event.ports));

// By then the page listens.
window.addEventListener("DOMContentLoaded", () => void ipcRenderer.invoke("port"));

contextBridge.exposeInMainWorld("aeroplane", {
  pathOf: (file: File) => webUtils.getPathForFile(file),
});
