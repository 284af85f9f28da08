import type { ClientLink } from "@orpc/client";
import { RPCLink } from "@orpc/client/message-port";
import { PORT_MESSAGE, SERVICES_MESSAGE, type ServicesState } from "../../contract/index.ts";
import type { LinkState } from "./state.ts";

type Options<Context extends object> = {
  /** Where the host's messages come from: the page's own window. */
  window: Pick<Window, "addEventListener">;
  headers: (options: { context: Context }) => Record<string, string>;
  become: (state: LinkState, why?: string | null) => void;
};

/** Electron hands over a port at the page's start and after each start of the services; calls made meanwhile wait for the next one. */
export function portLink<Context extends object>({ window, headers, become }: Options<Context>): ClientLink<Context> {
  let opened = Promise.withResolvers<ClientLink<Context>>();
  let current: { end: () => void } | undefined;

  function lose(): void {
    const lost = current;
    current = undefined;
    if (!lost) return;
    opened = Promise.withResolvers();
    lost.end();
  }
  function take(port: MessagePort): void {
    lose();
    const wire = wireOf(port, () => {
      if (current !== wire) return;
      lose();
      become("opening");
    });
    current = wire;
    opened.resolve(new RPCLink<Context>({ port: wire as never, headers }));
    become("open");
  }

  window.addEventListener("message", (event) => {
    if (event.source !== window) return;
    const { data } = event as MessageEvent<unknown>;
    if (data === PORT_MESSAGE && event.ports[0]) return take(event.ports[0]);
    if (!isAboutServices(data) || data.state === "running") return;
    // Told before the port itself says that it has closed, or where it never does.
    lose();
    if (data.state === "stopped") become("stopped", data.why);
    else become("opening");
  });
  return { call: async (...call) => (await opened.promise).call(...call) };
}

const isAboutServices = (data: unknown): data is ServicesState => typeof data === "object" && data !== null && "type" in data && data.type === SERVICES_MESSAGE;

/** A port as the library listens to one; its end may be told by the host as well, and is told once. */
function wireOf(port: MessagePort, onClose: () => void) {
  const closings = new Set<() => void>();
  const end = () => {
    port.close();
    const told = [...closings];
    closings.clear();
    for (const close of told) close();
  };
  port.addEventListener("close", () => (onClose(), end()));
  const wire = {
    postMessage: (data: unknown) => port.postMessage(data),
    on(name: "message" | "close", act: (event?: unknown) => void) {
      if (name === "close") closings.add(act);
      else port.addEventListener("message", act);
    },
    end,
  };
  port.start();
  return wire;
}
