// A rented server, as far as anybody can tell over the network: Debian with systemd and sshd, or with Docker and git too.
import { randomBytes } from "node:crypto";
import { connect } from "node:net";
import type { CommandOptions, CommandResult } from "./command.ts";
import { attempt, run } from "./command.ts";
import { docker, tryDocker } from "./docker.ts";
import { publicNames } from "./hub.ts";
import { ensureImage, type EnsureOptions } from "./images/images.ts";
import { likeARealMachine } from "./machine.ts";
import type { Network } from "./network.ts";
import { ownerLabel, type WorldRun } from "./run.ts";
import { seededVolume } from "./seed.ts";
import { until } from "./wait.ts";

export type ServerKind = "bare" | "ready";
export type ServerOptions = {
  debian?: 13 | 12;
  /** Without systemd: a shell starts sshd and nothing else, Docker neither. */ init?: "systemd" | "none";
  /** Memory of the whole server. */ memory?: string;
};

type ExecOptions = CommandOptions & { user?: string };

export type Server = {
  name: string;
  /** Reachable from this machine and from the other servers; kept over kill, start and reboot. */
  address: string;
  sshPort: 22;
  users: Record<"root" | "deploy" | "guest", { password: string }>;
  /** The key that root and deploy accept (deploy may sudo without a password, guest may nothing). */
  privateKeyPath: string;
  hostKeyFingerprint: () => Promise<string>;
  /** Runs argv inside, as root unless told otherwise; fails when it fails. */
  exec: (argv: readonly string[], options?: ExecOptions) => Promise<string>;
  tryExec: (argv: readonly string[], options?: ExecOptions) => Promise<CommandResult>;
  /** The power cable. */
  kill: () => Promise<void>;
  start: () => Promise<void>;
  reboot: () => Promise<void>;
  /** Packets vanish without a word, in both directions. */
  cutNetwork: () => Promise<void>;
  mendNetwork: () => Promise<void>;
  stop: () => Promise<void>;
};

export type ServerPlace = {
  world: WorldRun;
  network: Network;
  index: number;
  keyPath: string;
  publicKey: string;
};

export async function startServer(
  place: ServerPlace,
  kind: ServerKind,
  options: ServerOptions = {},
  ensure: EnsureOptions = {},
): Promise<Server> {
  const { world, network, index } = place;
  const debian = options.debian ?? 13;
  const tag = `world/server:${kind}-${debian}` as const;
  const image = await ensureImage(tag, ensure);
  const name = `aeroplane-world-${world.name}-s${index}`;
  const volume = await seededVolume(world, name, kind === "ready" ? tag : undefined, ensure);
  const address = network.address(index);
  const memory = options.memory ?? "4g";
  await docker([
    ...[
      "run",
      "--detach",
      "--name",
      name,
      "--hostname",
      `s${index}`,
      "--memory",
      memory,
      "--memory-swap",
      memory,
    ],
    ...["--label", `${ownerLabel}=${world.owner}`, "--network", network.name, "--ip", address],
    ...publicNames.flatMap((host) => ["--add-host", `${host}:${network.gateway}`]),
    ...(await likeARealMachine()),
    ...["--volume", `${volume}:/var/lib/docker`],
    ...(options.init === "none" ? ["--entrypoint", "/bin/sh", image, "-c", withoutSystemd] : [image]),
  ]);
  // Nothing starts its Docker: to speak SSH is all that it does.
  const server = handle(name, address, volume, options.init === "none" ? "bare" : kind, place.keyPath);
  await admit(server, place.publicKey);
  await awake(server, options.init === "none" ? "bare" : kind);
  return server;
}

const withoutSystemd = `mount -o remount,rw /sys; mount -o remount,bind,rw /sys/fs/cgroup
for d in /sys/fs/cgroup/*; do mountpoint -q "$d" && mount -o remount,bind,rw "$d"; done
mkdir -p /run/sshd; ssh-keygen -A; /usr/sbin/sshd
while :; do sleep 1; done`;

function handle(
  name: string,
  address: string,
  volume: string,
  kind: ServerKind,
  privateKeyPath: string,
): Server {
  const password = () => ({ password: randomBytes(9).toString("base64url") });
  const argv = (command: readonly string[], user?: string, interactive?: boolean) => [
    "exec",
    ...(interactive ? ["--interactive"] : []),
    ...(user ? ["--user", user] : []),
    name,
    ...command,
  ];
  const server: Server = {
    name,
    address,
    sshPort: 22,
    users: { root: password(), deploy: password(), guest: password() },
    privateKeyPath,
    hostKeyFingerprint: async () => {
      const line = await server.exec(["ssh-keygen", "-lf", "/etc/ssh/ssh_host_ed25519_key.pub"]);
      return line.split(" ")[1] ?? "";
    },
    exec: (command, { user, ...rest } = {}) =>
      docker(argv(command, user, rest.input !== undefined), rest),
    tryExec: (command, { user, ...rest } = {}) =>
      tryDocker(argv(command, user, rest.input !== undefined), rest),
    kill: async () => void (await docker(["kill", "--signal", "KILL", name])),
    start: async () => {
      await docker(["start", name]);
      await awake(server, kind);
    },
    reboot: async () => {
      const before = await startedAt(name);
      await server.tryExec(["systemctl", "reboot"]);
      await until(`${name} rebooting`, async () => (await startedAt(name)) !== before, {
        within: 60_000,
      });
      await awake(server, kind);
    },
    cutNetwork: () => dropPackets(name, "-I"),
    mendNetwork: () => dropPackets(name, "-D"),
    stop: async () => {
      await tryDocker(["rm", "--force", "--volumes", name]);
      await tryDocker(["volume", "rm", "--force", volume]);
    },
  };
  return server;
}

const startedAt = (name: string): Promise<string> =>
  docker(["inspect", "--format", "{{.State.StartedAt}}", name]);

/** Passwords and the key; sshd reads them at each login, so their order with its start does not matter. */
async function admit(server: Server, publicKey: string): Promise<void> {
  const passwords = Object.entries(server.users)
    .map(([user, { password }]) => `${user}:${password}`)
    .join("\n");
  await server.exec(["chpasswd"], { input: passwords });
  for (const [user, home] of [
    ["root", "/root"],
    ["deploy", "/home/deploy"],
  ] as const) {
    await server.exec(["install", "-d", "-m", "700", "-o", user, "-g", user, `${home}/.ssh`]);
    await server.exec(
      [
        "install",
        "-m",
        "600",
        "-o",
        user,
        "-g",
        user,
        "/dev/stdin",
        `${home}/.ssh/authorized_keys`,
      ],
      { input: `${publicKey}\n` },
    );
  }
}

async function awake(server: Server, kind: ServerKind): Promise<void> {
  await until(`sshd on ${server.name}`, () => speaksSsh(server.address), { within: 60_000 });
  if (kind === "ready")
    await until(
      `Docker in ${server.name}`,
      async () => (await server.tryExec(["docker", "info"])).code === 0,
      { within: 60_000, every: 200 },
    );
}

function speaksSsh(host: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host, port: 22, timeout: 2_000 });
    const end = (value: boolean) => {
      socket.destroy();
      resolve(value);
    };
    socket.once("data", (data) => end(data.toString("latin1").startsWith("SSH-")));
    socket.once("error", () => end(false));
    socket.once("timeout", () => end(false));
    socket.once("close", () => end(false));
  });
}

/** From outside, in the server's network namespace, so that the server needs no tool for it and cannot tell. */
async function dropPackets(name: string, action: "-I" | "-D"): Promise<void> {
  const pid = await docker(["inspect", "--format", "{{.State.Pid}}", name]);
  for (const [chain, direction] of [
    ["INPUT", "-i"],
    ["OUTPUT", "-o"],
    ["FORWARD", "-i"],
    ["FORWARD", "-o"],
  ] as const) {
    const argv = [
      "nsenter",
      "--target",
      pid,
      "--net",
      "iptables",
      "--wait",
      action,
      chain,
      direction,
      "eth0",
      "-j",
      "DROP",
    ];
    if (action === "-I") await run(argv);
    else await attempt(argv);
  }
}
