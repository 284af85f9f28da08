// A thread that stands in for Electron's utility process: the same services over the same line.
import { parentPort, type MessagePort } from "node:worker_threads";
import type { ToServices } from "../../../src/utility/messages.ts";
import { serveServices } from "../../../src/utility/serve.ts";

const host = parentPort!;

serveServices({
  listen: (listener) => host.on("message", ({ message, ports }: { message: ToServices; ports: MessagePort[] }) => listener(message, ports[0] as never)),
  post: (message) => host.postMessage(message),
  end: (code) => setTimeout(() => process.exit(code), 50),
});
