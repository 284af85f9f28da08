import { RPCHandler } from "@orpc/server/message-port";
import { createDesktop, type Desktop } from "../desktop/desktop.ts";
import { whyOf } from "../desktop/why.ts";
import type { CallContext } from "../desktop/rpc/handler.ts";
import { createDialogs } from "./dialogs.ts";
import type { HostLine, Port, Start, ToServices } from "./messages.ts";

/** The desktop services in a process of their own: started by the first message, then a port for each window. */
export function serveServices(line: HostLine, create: (options: Parameters<typeof createDesktop>[0]) => Promise<Desktop> = createDesktop): void {
  const dialogs = createDialogs(line.post);
  let begun: Promise<{ desktop: Desktop; handler: RPCHandler<CallContext> }> | undefined;

  async function start(options: Start) {
    const desktop = await create({ ...options, host: "electron", files: dialogs.files });
    return { desktop, handler: new RPCHandler<CallContext>(desktop.router, desktop.handler) };
  }
  async function open(port: Port): Promise<void> {
    const { handler } = await begun!;
    // The port closes with its window, and every call and stream of that window ends with it.
    handler.upgrade(port as never, { context: {} });
    port.start();
  }
  async function close(): Promise<void> {
    const desktop = await begun?.then((each) => each.desktop).catch(() => undefined);
    desktop?.close();
    line.end(0, { stuck: desktop?.stuck() ?? false });
  }

  line.listen((message: ToServices, port) => {
    if (message.type === "start") {
      begun ??= start(message.options);
      begun.then(
        () => line.post({ type: "ready" }),
        (error: unknown) => {
          line.post({ type: "failed", why: whyOf(error) });
          line.end(1, { stuck: false });
        },
      );
    }
    if (message.type === "port" && port) void open(port).catch(() => port.close());
    if (message.type === "wake") void begun?.then(({ desktop }) => desktop.servers.wake(), () => {});
    if (message.type === "answer") dialogs.answered(message.id, message.path);
    if (message.type === "close") void close();
  });
}
