import { fail, PEOPLE_LOGIN } from "@aeroplane/agent/contract";
import type { Arch } from "../parts/manifest.ts";
import { CADDY_UNIT, PLACES, socketOf } from "./places.ts";
import type { Preflight } from "./preflight.ts";

/** One program that a server gets; the folder's name says what is in it, so that it is never overwritten. */
export type WantedPart = { name: "node" | "agent" | "caddy" | "buildx"; file: string; version: string; sha256: string; path: string };
export type UnitTexts = { agent: string; caddy: string };

export function partFolder(part: WantedPart): string {
  return `${part.name}-${part.version.replace(/[^A-Za-z0-9.+~-]/g, "_")}-${part.sha256.slice(0, 12)}`;
}

export function partPath(part: WantedPart): string {
  return `${PLACES.parts}/${partFolder(part)}/${part.file}`;
}

export function archOf(found: Preflight): Arch | undefined {
  return { x86_64: "x64", amd64: "x64", aarch64: "arm64", arm64: "arm64" }[found.arch] as Arch | undefined;
}

/** Throws what a person has to mend first; one thing at a time, the plainest first. */
export function requireUsable(found: Preflight, address: string): Arch {
  const unusable = (why: string) => fail("SERVER_UNSUPPORTED", { address, why });
  const arch = archOf(found);
  if (found.kernel !== "Linux") throw unusable(`it runs ${found.kernel || "no known system"}, not Linux`);
  if (!arch) throw unusable(`its processor is ${found.arch}`);
  if (found.root === "no") throw unusable(`${found.login} is not root and has no sudo without a password`);
  if (!found.systemd) throw unusable("it does not run systemd");
  if (!atLeast(found.libc, 2, 28)) throw unusable(`its C library is ${found.libc || "not glibc"}; 2.28 or newer is needed`);
  if (found.noexec) throw unusable("programs in /opt may not be executed there (mounted noexec)");
  if (/allowstreamlocalforwarding (no|remote)|disableforwarding yes/.test(found.sshd)) throw fail("FORWARDING_REFUSED", { address });
  const missing = lacking(found);
  if (missing) throw fail("SERVER_LACKS", { address, ...missing });
  if (found.freeKilobytes < 600_000) {
    throw fail("SERVER_LACKS", { address, what: "free disk space: 600 MB are needed in /opt", commands: "apt-get clean; docker system prune" });
  }
  return arch;
}

function lacking(found: Preflight): { what: string; commands: string } | undefined {
  const packages = [...(found.docker === "" ? ["docker.io"] : []), ...(found.git === "" ? ["git"] : [])];
  const sudo = found.root === "sudo" ? "sudo " : "";
  if (packages.length > 0) {
    const what = packages.map((name) => (name === "git" ? "git" : "Docker")).join(" and ");
    return { what, commands: `${sudo}apt-get update && ${sudo}apt-get install --yes ${packages.join(" ")}` };
  }
  if (found.docker === "installed") return { what: "a running Docker", commands: `${sudo}systemctl enable --now docker` };
  return undefined;
}

/** The unit files that belong to these parts; equal text means that nothing has to be done. */
export function unitTexts(templates: UnitTexts, parts: readonly WantedPart[], found: Preflight): UnitTexts {
  const path = (name: WantedPart["name"]) => partPath(parts.find((part) => part.name === name)!);
  // Logins that were given a socket before keep theirs.
  const earlier = [...found.agentUnit.matchAll(/--socket \/run\/aeroplane\/([A-Za-z0-9._-]+)\.sock:/g)].map((match) => match[1]!);
  const logins = [...new Set([...earlier, found.login])].sort();
  const command = [
    ...[path("node"), "--max-semi-space-size=1", "--disable-warning=ExperimentalWarning", path("agent")],
    ...["serve", "--data-dir", PLACES.data, ...logins.flatMap((login) => ["--socket", `${socketOf(login)}:${login}`])],
    ...["--caddy", path("caddy"), "--buildx", path("buildx"), "--caddy-unit", CADDY_UNIT, "--starts-at-boot"],
    ...["--people", PEOPLE_LOGIN, "--bridge", PLACES.bridge],
  ].join(" ");
  return { agent: templates.agent.replace("@COMMAND@", command), caddy: templates.caddy.replaceAll("@DATA@", PLACES.data) };
}

function atLeast(version: string, major: number, minor: number): boolean {
  const [left = 0, right = 0] = version.split(".").map(Number);
  return left > major || (left === major && right >= minor);
}
