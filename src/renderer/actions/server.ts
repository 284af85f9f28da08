import {
  ArrowDownIcon,
  ArrowUpIcon,
  BrushCleaningIcon,
  CircleArrowUpIcon,
  HardDriveIcon,
  HistoryIcon,
  KeyRoundIcon,
  PackageXIcon,
  PencilIcon,
  PlugIcon,
  ServerCogIcon,
  ServerIcon,
  ServerOffIcon,
  ShieldCheckIcon,
  SquareTerminalIcon,
  StethoscopeIcon,
  TagsIcon,
  UnplugIcon,
  UserKeyIcon,
  WaypointsIcon,
} from "lucide-react";
import { PEOPLE_LOGIN } from "@aeroplane/agent/contract";
import { client } from "../link.ts";
import { go } from "../app/view.ts";
import { checkAgain } from "../data/doctor.ts";
import type { Connection, Server } from "../../contract/index.ts";
import { keys, queries } from "../data/queries.ts";
import { moved } from "../data/order.ts";
import { answers, isUnknown } from "../data/servers.ts";
import { showTerminal } from "../features/terminal/sessions.ts";
import { hasShell, may } from "../data/role.ts";
import type { Action } from "./action.ts";
import { perform } from "./perform.ts";
import { isOpen } from "./place.ts";

const idle = new Set(["offline", "failed", "reconnecting", "silent", "needs-you"]);

/** An agent from before there were any says nothing of storage; one that was not asked yet may have them. */
const keepsBudgets = (server: Server | undefined): boolean => {
  if (!server || !answers(server)) return false;
  const known = queries.getQueryData<{ storage?: unknown }>(keys.settings(server.id));
  return known === undefined || known.storage !== undefined;
};

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
    run: ({ server }) => server && perform(`Connect to ${server.name}`, { server }, () => client.servers.connect({ id: server.id })),
  },
  {
    id: "server.disconnect",
    name: "Disconnect",
    icon: UnplugIcon,
    group: "Server",
    when: ({ server }) => !!server && server.connection.state !== "offline",
    run: ({ server }) => server && perform(`Disconnect ${server.name}`, { server }, () => client.servers.disconnect({ id: server.id })),
  },
  {
    id: "server.upgrade",
    name: ({ server }) => (server?.notice?.code === "PARTS_UNDONE" ? "Try the update again" : "Try the upgrade of the agent again"),
    icon: CircleArrowUpIcon,
    group: "Server",
    when: ({ server }) => server?.notice?.code === "UPGRADE_UNDONE" || server?.notice?.code === "PARTS_UNDONE",
    run: ({ server }) =>
      server && perform(server.notice?.code === "PARTS_UNDONE" ? `Update the parts of ${server.name}` : `Upgrade the agent on ${server.name}`, { server }, () => client.servers.upgrade({ id: server.id })),
  },
  {
    id: "server.parts",
    name: "Update the server's parts",
    icon: CircleArrowUpIcon,
    group: "Server",
    // It is the upgrade with other parts. Who was invited may use the agent and nothing else there, and a newer app brought a newer one.
    when: ({ server }) => server?.connection.state === "ready" && server.login?.user !== PEOPLE_LOGIN && server.notice?.code !== "AGENT_NEWER",
    run: ({ server }) => server && perform(`Update the parts of ${server.name}`, { server }, () => client.servers.upgrade({ id: server.id })),
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
    id: "server.sign-in",
    name: "Change the sign-in…",
    icon: UserKeyIcon,
    group: "Server",
    when: ({ server }) => !!server?.login,
    run: ({ server }) => server && go.open({ type: "change-sign-in", serverId: server.id }),
  },
  {
    id: "server.bridge",
    name: "Connect through the bridge",
    icon: WaypointsIcon,
    group: "Server",
    // The person's own choice, and only where the usual way is forbidden.
    when: ({ server }) => server?.connection.state === "failed" && server.connection.problem.code === "FORWARDING_REFUSED",
    run: ({ server }) => server && perform(`Connect to ${server.name}`, { server }, () => client.servers.setDoor({ id: server.id, door: "bridge" })),
  },
  {
    id: "server.uninstall",
    name: "Uninstall the agent…",
    icon: PackageXIcon,
    group: "Server",
    danger: true,
    // Who was invited may use the agent and nothing else there; where nothing was ever put, nothing is taken away.
    when: ({ server }) => !!server?.login && server.login.user !== PEOPLE_LOGIN && !isUnknown(server),
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
    id: "server.proxies",
    name: "Proxies in front of the server…",
    icon: ShieldCheckIcon,
    group: "Server",
    when: ({ server }) => !!server && answers(server) && may(server, "owner"),
    run: ({ server }) => server && go.open({ type: "server-proxies", serverId: server.id }),
  },
  {
    id: "server.storage",
    name: "Storage budgets of the server…",
    icon: HardDriveIcon,
    group: "Server",
    when: ({ server }) => keepsBudgets(server) && may(server, "owner"),
    run: ({ server }) => server && go.open({ type: "server-storage", serverId: server.id }),
  },
  {
    id: "server.cleanup",
    name: "Clean up the server…",
    icon: BrushCleaningIcon,
    group: "Server",
    when: ({ server }) => keepsBudgets(server) && may(server, "deployer"),
    run: ({ server }) => server && go.open({ type: "server-cleanup", serverId: server.id }),
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
    name: ({ server }) => (server && isUnknown(server) ? "Discard the server…" : "Forget the server…"),
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
    when: ({ server, view }) => !!server && !(isOpen({ server, view }) && view.section === "server"),
    run: ({ server }) => server && go.section("server", server.id),
  },
  {
    id: "server.terminal",
    name: "Open a terminal on the server",
    icon: SquareTerminalIcon,
    group: "Server",
    shortcut: "shift+t",
    when: ({ server }) => !!server && answers(server) && hasShell(server),
    run: ({ server }) => {
      if (!server) return;
      go.section("terminal", server.id);
      void showTerminal({ serverId: server.id, serviceId: null });
    },
  },
  {
    id: "doctor.check",
    name: (context) => (isOpen(context) && context.view.section === "server" && context.view.serverTab === "doctor" ? "Check again" : "Check the server"),
    icon: StethoscopeIcon,
    group: "Server",
    when: ({ server }) => !!server && answers(server),
    run: ({ server, view }) => {
      if (!server) return;
      // Opening its page is a look already.
      if (isOpen({ server, view }) && view.section === "server" && view.serverTab === "doctor") void checkAgain(server.id);
      else go.serverTab("doctor", server.id);
    },
  },
  {
    id: "go.activity",
    name: "Show the activity",
    icon: HistoryIcon,
    group: "Server",
    when: ({ server, view }) => !!server && may(server, "owner") && !(isOpen({ server, view }) && view.section === "activity"),
    run: ({ server }) => server && go.section("activity", server.id),
  },
];
