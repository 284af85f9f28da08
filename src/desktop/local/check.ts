import { execFile } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import type { LocalCheck, Requirement } from "../../contract/index.ts";
import { cachedPart } from "../parts/fetch.ts";
import type { Arch } from "../parts/manifest.ts";
import { login } from "./places.ts";
import { askDocker, dockerdPath, runsSystemd } from "./docker.ts";

export function localArch(): Arch | undefined {
  return process.arch === "x64" || process.arch === "arm64" ? process.arch : undefined;
}

export const isRoot = () => process.getuid?.() === 0;

/** What this machine needs before its agent can run, and how to get it. */
export async function checkLocal({ cacheDir }: { cacheDir: string }): Promise<LocalCheck> {
  const arch = localArch();
  if (process.platform !== "linux" || !arch) {
    return { supported: false, requirements: [], canInstall: false, commands: [], startsAtBoot: false };
  }
  const part = async (name: "caddy" | "buildx"): Promise<Requirement> => {
    const found = await cachedPart(name, arch, { cacheDir });
    return { name, found: found !== undefined, version: found?.version ?? null, why: null };
  };
  const requirements = await Promise.all([docker(), git(), part("caddy"), part("buildx")]);
  const packages = missingPackages(requirements);
  const dockerWhy = requirements[0]!.why;
  return {
    supported: true,
    requirements,
    // The parts are files of our own, which anybody may fetch; packages need root and apt.
    canInstall: packages.length === 0 && dockerWhy === null ? true : isRoot() && hasApt(),
    commands: commands(packages, dockerWhy),
    startsAtBoot: isRoot() && runsSystemd() && !process.env.AEROPLANE_LOCAL_DIR,
  };
}

async function docker(): Promise<Requirement> {
  const answer = await askDocker();
  if ("version" in answer) return { name: "docker", found: true, version: answer.version, why: null };
  const installed = dockerdPath() !== undefined;
  return { name: "docker", found: installed, version: null, why: installed ? answer.why : null };
}

function git(): Promise<Requirement> {
  return new Promise((resolve) => {
    execFile("git", ["--version"], { timeout: 5000 }, (error, stdout) => {
      const version = error ? null : (/(\d+\.\d+[\d.]*)/.exec(stdout)?.[1] ?? null);
      resolve({ name: "git", found: version !== null, version, why: null });
    });
  });
}

/** What Node for arm64 cannot start without; that this program runs, on another Node, says nothing about it. */
export function lacksAtomic(): boolean {
  return process.arch === "arm64" && !["/usr/lib/aarch64-linux-gnu", "/lib/aarch64-linux-gnu", "/usr/lib64", "/lib64"].some((place) => existsSync(`${place}/libatomic.so.1`));
}

/** Names of Debian's and Ubuntu's packages; nftables and iproute2 carry the private names. */
export function missingPackages(requirements: readonly Requirement[]): string[] {
  const lacks = (name: Requirement["name"]) => requirements.some((one) => one.name === name && !one.found);
  const programs: [string, string[]][] = [["nftables", ["/usr/sbin/nft", "/sbin/nft"]], ["iproute2", ["/usr/sbin/ip", "/sbin/ip", "/bin/ip", "/usr/bin/ip"]]];
  const extras = programs.filter(([, paths]) => !paths.some((path) => existsSync(path))).map(([name]) => name);
  const wanted = [...(lacks("docker") ? ["docker.io"] : []), ...(lacks("git") ? ["git"] : []), ...(lacksAtomic() ? ["libatomic1"] : [])];
  // Alone they are no reason to stop a person: without them only the switch of private names is less smooth.
  return wanted.length > 0 || isRoot() ? [...wanted, ...extras] : wanted;
}

function commands(packages: readonly string[], dockerWhy: string | null): string[] {
  const sudo = isRoot() ? "" : "sudo ";
  const lines = packages.length > 0 ? [`${sudo}apt-get update`, `${sudo}apt-get install --yes --no-install-recommends ${packages.join(" ")}`] : [];
  if (dockerWhy?.includes("group docker")) return [...lines, `sudo usermod --append --groups docker ${login()}`, "newgrp docker"];
  if (dockerWhy) return [...lines, runsSystemd() ? `${sudo}systemctl enable --now docker` : `${sudo}service docker start`];
  return lines;
}

export function hasApt(): boolean {
  if (!existsSync("/usr/bin/apt-get")) return false;
  return /^ID(_LIKE)?=.*(debian|ubuntu)/m.test(readFileSync("/etc/os-release", "utf8"));
}
