import { CircleArrowUpIcon, PencilIcon, PlugIcon, ServerCogIcon, ServerIcon, ServerOffIcon, SquareTerminalIcon, UnplugIcon } from "lucide-react";
import { client } from "../link.ts";
import { go } from "../app/view.ts";
import type { Connection } from "../../contract/index.ts";
import { answers } from "../data/servers.ts";
import { showTerminal } from "../features/terminal/sessions.ts";
import { hasShell } from "../data/role.ts";
import type { Action } from "./action.ts";
import { perform } from "./perform.ts";

const idle = new Set(["offline", "failed", "reconnecting", "silent", "needs-you"]);

/** What connecting is called from where the connection stands. */
export const connectWord = (connection: Connection | undefined) =>
  connection?.state === "offline" ? "Connect" : connection?.state === "needs-you" ? "Sign in" : "Reconnect now";

export const serverActions: Action[] = [
  {
    id: "server.add",
    name: "Add a server",
    icon: ServerIcon,
    group: "Server",
    shortcut: "a",
    when: () => true,
    run: () => go.open({ type: "add-server" }),
  },
  {
    id: "server.connect",
    name: ({ server }) => connectWord(server?.connection),
    icon: PlugIcon,
    group: "Server",
    when: ({ server }) => !!server && idle.has(server.connection.state),
    run: ({ server }) => server && perform(`Connect to ${server.name}`, null, () => client.servers.connect({ id: server.id })),
  },
  {
    id: "server.disconnect",
    name: "Disconnect",
    icon: UnplugIcon,
    group: "Server",
    when: ({ server }) => !!server && server.connection.state !== "offline",
    run: ({ server }) => server && perform(`Disconnect ${server.name}`, null, () => client.servers.disconnect({ id: server.id })),
  },
  {
    id: "server.upgrade",
    name: "Try the upgrade of the agent again",
    icon: CircleArrowUpIcon,
    group: "Server",
    when: ({ server }) => server?.notice?.code === "UPGRADE_UNDONE",
    run: ({ server }) => server && perform(`Upgrade the agent on ${server.name}`, null, () => client.servers.upgrade({ id: server.id })),
  },
  {
    id: "server.rename",
    name: "Rename the server",
    icon: PencilIcon,
    group: "Server",
    when: ({ server }) => !!server,
    run: ({ server }) => server && go.open({ type: "rename-server", serverId: server.id }),
  },
  {
    id: "server.forget",
    name: "Forget the server…",
    icon: ServerOffIcon,
    group: "Server",
    danger: true,
    when: ({ server }) => !!server,
    run: ({ server }) => server && go.open({ type: "forget-server", serverId: server.id }),
  },
  {
    id: "server.page",
    name: "Show the server's page",
    icon: ServerCogIcon,
    group: "Server",
    when: ({ server, view }) => !!server && view.section !== "server",
    run: () => go.section("server"),
  },
  {
    id: "server.terminal",
    name: "Open a terminal on the server",
    icon: SquareTerminalIcon,
    group: "Server",
    shortcut: "shift+t",
    when: ({ server }) => !!server && answers(server) && hasShell(server),
    run: ({ server, view }) => {
      if (!server) return;
      if (view.serverId !== server.id) go.server(server.id);
      go.section("terminal");
      void showTerminal({ serverId: server.id, serviceId: null });
    },
  },
];
