import { utilityProcess } from "electron";
import { join } from "node:path";
import type { FromServices } from "../../utility/messages.ts";
import type { Launch } from "./keeper.ts";

/** The services as a utility process of Electron, beside the built main. */
export const launchServices: Launch = ({ message, ended }) => {
  const child = utilityProcess.fork(join(import.meta.dirname, "services.js"), [], { serviceName: "Aeroplane services" });
  child.on("message", (data: FromServices) => message(data));
  // One that ran out of memory: its end is told as well.
  child.on("error", (...told) => console.error(...told));
  child.once("exit", ended);
  return {
    post: (data, ports = []) => child.postMessage(data, ports as Electron.MessagePortMain[]),
    kill() {
      // Electron's own way asks it to end, and waits for that in this process.
      if (child.pid === undefined) return void child.kill();
      try {
        process.kill(child.pid, "SIGKILL");
      } catch (error) {
        // It has just ended by itself.
        if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
      }
    },
  };
};
