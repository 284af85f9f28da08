import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import type { LocalCheck, Requirement } from "../../contract/index.ts";
import { cachedPart, type FetchOptions } from "../parts/fetch.ts";
import type { Arch } from "../parts/manifest.ts";
import { hasApt, isRoot, runsSystemd, systemHere } from "./commands.ts";
import { commandOf, whyNoDocker } from "./docker-state.ts";
import { dockerHere } from "./docker.ts";

export function localArch(): Arch | undefined {
  return process.arch === "x64" || process.arch === "arm64" ? process.arch : undefined;
}

/** Where its parts may lie already. */
export type PartPlaces = Pick<FetchOptions, "cacheDir" | "packages" | "kept">;

/** What this machine needs before its agent can run, and how to get it. */
export async function checkLocal(o: PartPlaces): Promise<LocalCheck> {
  const arch = localArch();
  if (process.platform !== "linux" || !arch) {
    return { supported: false, requirements: [], canInstall: false, commands: [], startsAtBoot: false };
  }
  const part = async (name: "node" | "caddy" | "buildx"): Promise<Requirement> => {
    const found = await cachedPart(name, arch, o);
    return { name, found: found !== undefined, version: found?.version ?? null, why: null };
  };
  const [{ requirement, command, starts }, ...others] = await Promise.all([docker(), git(), part("node"), part("caddy"), part("buildx")]);
  const requirements = [requirement, ...others];
  const packages = missingPackages(requirements);
  return {
    supported: true,
    requirements,
    // The parts are files of our own, which anybody may fetch; packages need root and apt, and another's daemon a person.
    canInstall: packages.length === 0 && command === null ? true : isRoot() && hasApt() && starts,
    commands: commands(packages, command),
    startsAtBoot: isRoot() && runsSystemd() && !process.env.AEROPLANE_LOCAL_DIR,
  };
}

/** Its own reason and the one command that mends it, where it cannot be used; a package that is missing is told with the others. */
async function docker(): Promise<{ requirement: Requirement; command: string | null; starts: boolean }> {
  const found = await dockerHere();
  if (found.state === "answers") return { requirement: { name: "docker", found: true, version: found.version, why: null }, command: null, starts: true };
  if (found.state === "absent") return { requirement: { name: "docker", found: false, version: null, why: null }, command: null, starts: true };
  const problem = whyNoDocker(found, systemHere());
  return { requirement: { name: "docker", found: true, version: null, why: problem.message.replace(/\.$/, "") }, command: commandOf(problem), starts: found.state === "stopped" };
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

function commands(packages: readonly string[], docker: string | null): string[] {
  const { sudo } = systemHere();
  const lines = packages.length > 0 ? [`${sudo}apt-get update`, `${sudo}apt-get install --yes --no-install-recommends ${packages.join(" ")}`] : [];
  return docker === null ? lines : [...lines, docker];
}
