import {
  ArrowDownIcon,
  ArrowUpIcon,
  CircleArrowUpIcon,
  HistoryIcon,
  KeyRoundIcon,
  PackageXIcon,
  PencilIcon,
  PlugIcon,
  ServerCogIcon,
  ServerIcon,
  ServerOffIcon,
  SquareTerminalIcon,
  StethoscopeIcon,
  TagsIcon,
  UnplugIcon,
  WaypointsIcon,
} from "lucide-react";
import { PEOPLE_LOGIN } from "@aeroplane/agent/contract";
import { client } from "../link.ts";
import { go } from "../app/view.ts";
import { checkAgain } from "../data/doctor.ts";
import type { Connection, Server } from "../../contract/index.ts";
import { moved } from "../data/order.ts";
import { answers } from "../data/servers.ts";
import { showTerminal } from "../features/terminal/sessions.ts";
import { hasShell, may } from "../data/role.ts";
import type { Action } from "./action.ts";
import { perform } from "./perform.ts";

const idle = new Set(["offline", "failed", "reconnecting", "silent", "needs-you"]);

/** What connecting is called from where the connection stands. */
export const connectWord = (connection: Connection | undefined) =>
  connection?.state === "offline" ? "Connect" : connection?.state === "needs-you" ? "Sign in" : "Reconnect now";

/** The host whose key is another one than before: the server itself, or one on the way to it. */
const changedHost = (connection: Connection): string | null =>
  connection.state === "failed" && connection.problem.code === "HOST_KEY_CHANGED" ? String(connection.problem.values.address) : null;

/** One place up or down in the rail. */
export function moveServer(servers: Server[], id: string, by: 1 | -1): void {
  const from = servers.findIndex((each) => each.id === id);
  placeServer(servers, id, by === 1 ? from + 2 : from - 1);
}

/** Before the one that stands at that place now. */
export function placeServer(servers: Server[], id: string, before: number): void {
  const ids = moved(servers.map((each) => each.id), id, before);
  if (ids) perform("Move the server", null, () => client.servers.reorder({ ids }));
}

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
    id: "server.bridge",
    name: "Connect through the bridge",
    icon: WaypointsIcon,
    group: "Server",
    // The person's own choice, and only where the usual way is forbidden.
    when: ({ server }) => server?.connection.state === "failed" && server.connection.problem.code === "FORWARDING_REFUSED",
    run: ({ server }) => server && perform(`Connect to ${server.name}`, null, () => client.servers.setDoor({ id: server.id, door: "bridge" })),
  },
  {
    id: "server.uninstall",
    name: "Uninstall the agent…",
    icon: PackageXIcon,
    group: "Server",
    danger: true,
    // Who was invited may use the agent and nothing else there.
    when: ({ server }) => !!server?.login && server.login.user !== PEOPLE_LOGIN,
    run: ({ server }) => server && go.open({ type: "uninstall-server", serverId: server.id }),
  },
  {
    id: "server.tags",
    name: "Tags of the server…",
    icon: TagsIcon,
    group: "Server",
    when: ({ server }) => !!server,
    run: ({ server }) => server && go.open({ type: "server-tags", serverId: server.id }),
  },
  {
    id: "server.up",
    name: "Move the server up",
    icon: ArrowUpIcon,
    group: "Server",
    when: ({ server, servers }) => !!server && servers[0]?.id !== server.id,
    run: ({ server, servers }) => server && moveServer(servers, server.id, -1),
  },
  {
    id: "server.down",
    name: "Move the server down",
    icon: ArrowDownIcon,
    group: "Server",
    when: ({ server, servers }) => !!server && servers.at(-1)?.id !== server.id,
    run: ({ server, servers }) => server && moveServer(servers, server.id, 1),
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
    id: "server.forget-host-key",
    name: "Forget the old host key…",
    icon: KeyRoundIcon,
    group: "Server",
    danger: true,
    when: ({ server }) => !!server && changedHost(server.connection) !== null,
    run: ({ server }) => server && go.open({ type: "forget-host-key", serverId: server.id, address: changedHost(server.connection)! }),
  },
  {
    id: "server.page",
    name: "Show the server's page",
    icon: ServerCogIcon,
    group: "Server",
    when: ({ server, view }) => !!server && (view.section !== "server" || view.serverId !== server.id),
    run: ({ server, view }) => {
      if (!server) return;
      if (view.serverId !== server.id) go.server(server.id);
      go.section("server");
    },
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
  {
    id: "doctor.check",
    name: ({ view }) => (view.section === "server" && view.serverTab === "doctor" ? "Check again" : "Check the server"),
    icon: StethoscopeIcon,
    group: "Server",
    when: ({ server }) => !!server && answers(server),
    run: ({ server, view }) => {
      // Opening its page is a look already.
      if (server && view.section === "server" && view.serverTab === "doctor") void checkAgain(server.id);
      else go.doctor();
    },
  },
  {
    id: "go.activity",
    name: "Show the activity",
    icon: HistoryIcon,
    group: "Server",
    when: ({ server, view }) => !!server && may(server, "owner") && view.section !== "activity",
    run: () => go.section("activity"),
  },
];
