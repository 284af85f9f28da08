// What a test run needs of the machine: packages of the distribution and a running Docker. As root both are brought; else their lack is told.
import { access, readFile } from "node:fs/promises";
import { existsSync } from "node:fs";
import { runChild } from "./child.ts";
import { ensureDockerd } from "./dockerd.ts";

/** Programs that only work together with a package; each is used by a test, by the world or by what they test. */
const packages: Record<string, string> = {
  "docker.io": "/usr/sbin/dockerd",
  skopeo: "/usr/bin/skopeo",
  mmdebstrap: "/usr/bin/mmdebstrap",
  "docker-registry": "/usr/bin/docker-registry",
  git: "/usr/bin/git",
  "git-lfs": "/usr/bin/git-lfs",
  openssl: "/usr/bin/openssl",
  "openssh-client": "/usr/bin/ssh-keygen",
  "openssh-server": "/usr/sbin/sshd",
  nftables: "/usr/sbin/nft",
  iptables: "/usr/sbin/iptables",
  iproute2: "/usr/bin/ss",
  // Node for arm64 does not start without it.
  ...(process.arch === "arm64" ? { libatomic1: "/usr/lib/aarch64-linux-gnu/libatomic.so.1" } : {}),
  procps: "/usr/bin/ps",
  wrk: "/usr/bin/wrk",
  "ca-certificates": "/usr/sbin/update-ca-certificates",
  chromium: "/usr/bin/chromium",
  "fonts-liberation": "/usr/share/fonts/truetype/liberation",
  "gnome-keyring": "/usr/bin/gnome-keyring-daemon",
  "dbus-daemon": "/usr/bin/dbus-daemon",
  "dbus-bin": "/usr/bin/dbus-send",
};

export const isRoot = process.getuid?.() === 0;

export type MachineState = { missing: string[]; docker: boolean };

export async function missingPackages(): Promise<string[]> {
  const names = Object.entries(packages)
    .filter(([, path]) => !existsSync(path))
    .map(([name]) => name);
  // Debian 13 has the client in a package of its own; in Debian 12 it comes with the daemon.
  if (!existsSync("/usr/bin/docker") && (await debianVersion()) >= 13) names.push("docker-cli");
  return names;
}

async function debianVersion(): Promise<number> {
  const release = await readFile("/etc/os-release", "utf8").catch(() => "");
  return /^ID=debian$/m.test(release) ? Number(/^VERSION_ID="?(\d+)/m.exec(release)?.[1] ?? 99) : 0;
}

/** Brings what is missing, as far as this user may; idempotent and quiet when nothing is missing. */
export async function prepareMachine(signal: AbortSignal): Promise<MachineState> {
  const missing = await missingPackages();
  if (missing.length > 0 && isRoot && (await hasApt())) await install(missing, signal);
  const docker = isRoot ? await ensureDockerd(signal) : await dockerAnswers();
  return { missing: await missingPackages(), docker };
}

const hasApt = (): Promise<boolean> =>
  access("/usr/bin/apt-get").then(
    () => true,
    () => false,
  );

async function install(names: string[], signal: AbortSignal): Promise<void> {
  process.stdout.write(`Installing ${names.join(", ")}\n`);
  // Somebody else's apt may run: wait for its lock instead of failing.
  const apt = [
    "apt-get",
    "-q",
    "-o",
    "DPkg::Lock::Timeout=400",
    "-o",
    "Acquire::Retries=5",
    "-o",
    "APT::Update::Error-Mode=any",
  ];
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  await runChild(["apt-get", "-q", "update"], { signal, env, quiet: true });
  const { code, output } = await runChild(
    [...apt, "-y", "--no-install-recommends", "install", ...names],
    { signal, env, quiet: true, timeout: 900_000 },
  );
  if (code !== 0) process.stdout.write(`${output}\napt-get ended with ${code}.\n`);
}

async function dockerAnswers(): Promise<boolean> {
  return (
    (await runChild(["docker", "info"], { quiet: true }).catch(() => ({ code: 1 }))).code === 0
  );
}
