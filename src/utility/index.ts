// What Electron runs as a utility process; it imports no Electron, which has put `parentPort` there.
import type { Port, ToServices } from "./messages.ts";
import { serveServices } from "./serve.ts";

// A defect in one call must not take every server with it.
process.on("unhandledRejection", (reason) => console.error(reason));

serveServices({
  listen: (listener) => process.parentPort.on("message", ({ data, ports }) => listener(data as ToServices, ports[0] as Port | undefined)),
  post: (message) => process.parentPort.postMessage(message),
  end(code, { stuck }) {
    // The end of a program waits for its threads, and one of them waits for a keychain that hangs.
    if (stuck) process.kill(process.pid, "SIGKILL");
    // What was posted last is on its way.
    setTimeout(() => process.exit(code), 50);
  },
});
