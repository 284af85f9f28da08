import type { ClientLink } from "@orpc/client";
import { RPCLink } from "@orpc/client/websocket";
import { WEB_SOCKET_PATH, WEB_SOCKET_PROTOCOL } from "../../contract/index.ts";
import type { LinkState } from "./state.ts";

type Options<Context extends object> = { token: Promise<string>; headers: (options: { context: Context }) => Record<string, string>; become: (state: LinkState) => void };

/** A socket that comes back by itself; calls made meanwhile wait for the next one. */
export function socketLink<Context extends object>({ token, headers, become }: Options<Context>): ClientLink<Context> {
  let current: ClientLink<Context>;
  let opened = Promise.withResolvers<void>();
  let quickFailures = 0;
  const open = async () => {
    const known = await token;
    const socket = new WebSocket(location.origin.replace(/^http/, "ws") + WEB_SOCKET_PATH, [WEB_SOCKET_PROTOCOL, `${WEB_SOCKET_PROTOCOL}.${known}`]);
    socket.binaryType = "arraybuffer";
    let worked = false;
    socket.addEventListener("open", () => {
      worked = true;
      quickFailures = 0;
      current = new RPCLink<Context>({ websocket: socket, headers });
      opened.resolve();
      become("open");
    });
    socket.addEventListener("close", () => {
      if (worked) opened = Promise.withResolvers();
      else quickFailures += 1;
      become(quickFailures >= 3 ? "refused" : "opening");
      setTimeout(() => void open(), Math.min(1000 * Math.max(1, quickFailures), 5000));
    });
  };
  void open();
  return { call: (...call) => opened.promise.then(() => current.call(...call)) };
}
