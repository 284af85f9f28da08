import { PEOPLE_LOGIN } from "@aeroplane/agent/contract";
import type { Arch } from "../parts/manifest.ts";
import { NODE_WORDS } from "./node-words.ts";
import { CADDY_UNIT, PLACES, socketOf } from "./places.ts";
import type { Standing } from "./standing.ts";

/** One program that a server gets; the folder's name says what is in it, so that it is never overwritten. */
export type WantedPart = { name: "node" | "agent" | "caddy" | "buildx"; file: string; version: string; sha256: string; path: string; pin?: string };
/** agent: its unit, or the supervisor's script where there is no systemd; then there is no unit of Caddy. */
export type UnitTexts = { agent: string; caddy: string };
export type Templates = UnitTexts & { supervisor: string };

export function partFolder(part: WantedPart): string {
  return `${part.name}-${part.version.replace(/[^A-Za-z0-9.+~-]/g, "_")}-${part.sha256.slice(0, 12)}`;
}

export function partPath(part: WantedPart): string {
  return `${PLACES.parts}/${partFolder(part)}/${part.file}`;
}

export function archOf({ arch }: Pick<Standing, "arch">): Arch | undefined {
  return { x86_64: "x64", amd64: "x64", aarch64: "arm64", arm64: "arm64" }[arch] as Arch | undefined;
}

/** What starts these parts on that server; equal text means that nothing has to be done. */
export function unitTexts(templates: Templates, parts: readonly WantedPart[], found: Pick<Standing, "agentUnit" | "login" | "systemd">): UnitTexts {
  const path = (name: WantedPart["name"]) => partPath(parts.find((part) => part.name === name)!);
  // Logins that were given a socket before keep theirs.
  const earlier = [...found.agentUnit.matchAll(/--socket \/run\/aeroplane\/([A-Za-z0-9._-]+)\.sock:/g)].map((match) => match[1]!);
  const logins = [...new Set([...earlier, found.login])].sort();
  const command = [
    ...[path("node"), ...NODE_WORDS, path("agent")],
    ...["serve", "--data-dir", PLACES.data, ...logins.flatMap((login) => ["--socket", `${socketOf(login)}:${login}`])],
    ...["--caddy", path("caddy"), "--buildx", path("buildx")],
    // Without systemd Caddy is the agent's own child, and nothing of ours starts at boot.
    ...(found.systemd ? ["--caddy-unit", CADDY_UNIT, "--starts-at-boot"] : []),
    ...["--people", PEOPLE_LOGIN, "--bridge", PLACES.bridge],
  ].join(" ");
  if (!found.systemd) return { agent: templates.supervisor.replace("@COMMAND@", command).replaceAll("@RUN@", PLACES.run), caddy: "" };
  return { agent: templates.agent.replace("@COMMAND@", command), caddy: templates.caddy.replaceAll("@DATA@", PLACES.data) };
}
