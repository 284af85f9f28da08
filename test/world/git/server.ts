// The Git server of a run: HTTP and a real sshd, on the gateway that servers and this machine both reach.
import { randomBytes } from "node:crypto";
import { copyFile, mkdir, readFile, writeFile } from "node:fs/promises";
import { createServer, type AddressInfo } from "node:net";
import { join } from "node:path";
import { run } from "../command.ts";
import { accepts } from "../hub.ts";
import type { WorldRun } from "../run.ts";
import { until } from "../wait.ts";
import {
  createRepository,
  type Files,
  type Repository,
  type RepositoryOptions,
} from "./repositories.ts";

export type GitServer = {
  /** What repositories under /private/ ask for over HTTP. */
  credentials: { username: "git"; password: string };
  /** What every repository asks for over SSH. */
  privateKeyPath: string;
  /** A line for known_hosts. */
  knownHost: string;
  create: (name: string, files: Files, options?: RepositoryOptions) => Promise<Repository>;
};

const here = import.meta.dirname;

export async function startGitServer(world: WorldRun, address: string): Promise<GitServer> {
  const folder = join(world.folder, "git");
  await mkdir(join(folder, "served"), { recursive: true });
  const [http, ssh] = await Promise.all([
    startHttp(world, folder, address),
    startSsh(world, folder, address),
  ]);
  const home = { folder, http: http.url, ssh: ssh.url };
  return {
    credentials: { username: "git", password: http.password },
    privateKeyPath: ssh.privateKeyPath,
    knownHost: ssh.knownHost,
    create: (name, files, options) => createRepository(home, name, files, options),
  };
}

async function startHttp(
  world: WorldRun,
  folder: string,
  address: string,
): Promise<{ url: string; password: string }> {
  const password = randomBytes(12).toString("base64url");
  const [portFile, passwordFile] = [join(folder, "port"), join(folder, "password")];
  await writeFile(passwordFile, password, { mode: 0o600 });
  await world.daemon("git-http", [
    process.execPath,
    "--disable-warning=ExperimentalWarning",
    join(here, "serve.ts"),
    join(folder, "served"),
    address,
    portFile,
    passwordFile,
  ]);
  const port = await until("the Git server over HTTP", () => readFile(portFile, "utf8"), {
    within: 20_000,
  });
  return { url: `http://${address}:${port}`, password };
}

async function startSsh(
  world: WorldRun,
  folder: string,
  address: string,
): Promise<{ url: string; privateKeyPath: string; knownHost: string }> {
  const [hostKey, clientKey, keys, script] = [
    "host-key",
    "client-key",
    "authorized_keys",
    "over-ssh",
  ].map((file) => join(folder, file)) as [string, string, string, string];
  for (const key of [hostKey, clientKey])
    await run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "world", "-f", key]);
  await copyFile(join(here, "over-ssh"), script);
  await writeFile(
    keys,
    `restrict,command="${script} ${join(folder, "served")}" ${await readFile(`${clientKey}.pub`, "utf8")}`,
    { mode: 0o600 },
  );
  // sshd separates its privileges through this folder, which only its service would make.
  await mkdir("/run/sshd", { recursive: true, mode: 0o755 });
  const port = await freePort(address);
  const config = join(folder, "sshd_config");
  await writeFile(
    config,
    sshdConfig({ address, port, hostKey, keys, pid: join(folder, "sshd.pid") }),
  );
  await world.daemon("git-ssh", ["/usr/sbin/sshd", "-D", "-e", "-f", config]);
  await until("the Git server over SSH", () => accepts(address, port), { within: 20_000 });
  const [type, key] = (await readFile(`${hostKey}.pub`, "utf8")).split(" ");
  return {
    url: `ssh://root@${address}:${port}`,
    privateKeyPath: clientKey,
    knownHost: `[${address}]:${port} ${type} ${key}`,
  };
}

function sshdConfig(at: {
  address: string;
  port: number;
  hostKey: string;
  keys: string;
  pid: string;
}): string {
  return [
    `ListenAddress ${at.address}`,
    `Port ${at.port}`,
    `HostKey ${at.hostKey}`,
    `PidFile ${at.pid}`,
    `AuthorizedKeysFile ${at.keys}`,
    "PermitRootLogin forced-commands-only",
    "AuthenticationMethods publickey",
    "UsePAM no",
    "StrictModes no",
    "MaxStartups 100:30:200",
    "",
  ].join("\n");
}

export function freePort(address: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer().once("error", reject);
    server.listen(0, address, () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });
}
