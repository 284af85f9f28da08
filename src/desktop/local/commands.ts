import { existsSync, readFileSync } from "node:fs";
import { login } from "./places.ts";

/** How this machine installs and starts programs. */
export type System = {
  login: string;
  /** "sudo " for whoever is not root. */
  sudo: string;
  systemd: boolean;
  packages: keyof typeof installers | null;
};

const installers = {
  apt: { program: "/usr/bin/apt-get", docker: "apt-get install --yes docker.io", "docker-for-podman": "apt-get install --yes docker.io podman-docker-" },
  dnf: { program: "/usr/bin/dnf", docker: "dnf install --assumeyes moby-engine", "docker-for-podman": "dnf install --assumeyes --allowerasing moby-engine" },
  zypper: { program: "/usr/bin/zypper", docker: "zypper --non-interactive install docker", "docker-for-podman": "zypper --non-interactive install docker" },
  pacman: { program: "/usr/bin/pacman", docker: "pacman -S --noconfirm docker", "docker-for-podman": "pacman -S --noconfirm docker" },
} as const;

/** The makers' own page, where the package manager is none that is known here. */
const BY_HAND = "https://docs.docker.com/engine/install/";

export const isRoot = () => process.getuid?.() === 0;
export const runsSystemd = () => existsSync("/run/systemd/system");

export function systemHere(): System {
  const known = Object.keys(installers) as (keyof typeof installers)[];
  const packages = known.find((name) => (name === "apt" ? hasApt() : existsSync(installers[name].program))) ?? null;
  return { login: login(), sudo: isRoot() ? "" : "sudo ", systemd: runsSystemd(), packages };
}

/** One command that brings Docker; an apt package with a dash behind it is removed in the same step. */
export function installCommand({ sudo, packages }: System, what: "docker" | "docker-for-podman"): string {
  return packages === null ? BY_HAND : `${sudo}${installers[packages][what]}`;
}

export function hasApt(): boolean {
  if (!existsSync(installers.apt.program)) return false;
  return /^ID(_LIKE)?=.*(debian|ubuntu)/m.test(readFileSync("/etc/os-release", "utf8"));
}
