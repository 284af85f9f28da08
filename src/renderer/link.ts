import { createORPCClient } from "@orpc/client";
import { RPCLink as PortLink } from "@orpc/client/message-port";
import { RPCLink as SocketLink } from "@orpc/client/websocket";
import type { ClientLink } from "@orpc/client";
import type { ContractRouterClient } from "@orpc/contract";
import { CREDIT_HEADER, creditedLink, PORT_MESSAGE, SERVER_HEADER, WEB_SOCKET_PATH, WEB_SOCKET_PROTOCOL } from "../contract/index.ts";
import type { DesktopContract } from "../contract/index.ts";

/** Which server an agent call is for; nothing for the desktop's own procedures. */
export type CallContext = { serverId?: string; stream?: string };
export type Client = ContractRouterClient<DesktopContract, CallContext>;

const TOKEN = "aeroplane.token";
const headers = ({ context }: { context: CallContext }): Record<string, string> => ({
  ...(context.serverId ? { [SERVER_HEADER]: context.serverId } : {}),
  ...(context.stream ? { [CREDIT_HEADER]: context.stream } : {}),
});

export type LinkState = "open" | "opening" | "refused";
let state: LinkState = "opening";
const listeners = new Set<() => void>();
export const linkState = {
  get: () => state,
  subscribe: (listener: () => void) => (listeners.add(listener), () => void listeners.delete(listener)),
};
function become(next: LinkState) {
  state = next;
  for (const listener of listeners) listener();
}

/** The token comes once, in the fragment that no server sees, and stays in this tab alone. */
function takeToken(): string {
  const token = new URLSearchParams(location.hash.slice(1)).get("token");
  if (token) {
    sessionStorage.setItem(TOKEN, token);
    history.replaceState(null, "", location.pathname + location.search);
  }
  return sessionStorage.getItem(TOKEN) ?? "";
}

/** Electron hands over one port, by a message of the window to itself. */
function portLink(): ClientLink<CallContext> {
  const port = new Promise<MessagePort>((resolve) => {
    addEventListener("message", (event) => {
      if (event.source === window && event.data === PORT_MESSAGE && event.ports[0]) resolve(event.ports[0]);
    });
  });
  const link = port.then((opened) => {
    opened.start();
    become("open");
    return new PortLink<CallContext>({ port: opened, headers });
  });
  return { call: async (...call) => (await link).call(...call) };
}

/** A socket that comes back by itself; calls made meanwhile wait for the next one. */
function socketLink(): ClientLink<CallContext> {
  const token = takeToken();
  let current: ClientLink<CallContext>;
  let opened = Promise.withResolvers<void>();
  let quickFailures = 0;
  const open = () => {
    const socket = new WebSocket(location.origin.replace(/^http/, "ws") + WEB_SOCKET_PATH, [WEB_SOCKET_PROTOCOL, `${WEB_SOCKET_PROTOCOL}.${token}`]);
    socket.binaryType = "arraybuffer";
    let worked = false;
    socket.addEventListener("open", () => {
      worked = true;
      quickFailures = 0;
      current = new SocketLink<CallContext>({ websocket: socket, headers });
      opened.resolve();
      become("open");
    });
    socket.addEventListener("close", () => {
      if (worked) opened = Promise.withResolvers();
      else quickFailures += 1;
      become(quickFailures >= 3 ? "refused" : "opening");
      setTimeout(open, Math.min(1000 * Math.max(1, quickFailures), 5000));
    });
  };
  open();
  return { call: (...call) => opened.promise.then(() => current.call(...call)) };
}

export const inElectron = "aeroplane" in window;
export const client: Client = createORPCClient(creditedLink<CallContext>(inElectron ? portLink() : socketLink()));
