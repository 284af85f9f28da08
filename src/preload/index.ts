import { contextBridge, ipcRenderer, webUtils } from "electron";

// Ports cannot cross the bridge: the page receives its one port as a window message from itself.
ipcRenderer.on("port", (event) => window.postMessage("aeroplane-port", window.location.origin, event.ports));

contextBridge.exposeInMainWorld("aeroplane", {
  /** Answers with a window message "aeroplane-port" that carries the port. */
  requestPort: () => void ipcRenderer.invoke("port"),
  pathOf: (file: File) => webUtils.getPathForFile(file),
});
