import { join } from "node:path";
import { OLDEST_BUILDX } from "../../../contract/index.ts";
import { buildCache, type CacheRecord } from "../../docker/build-cache.ts";
import { diskRoom } from "../disk.ts";
import { toolVersions } from "../tools.ts";
import type { DoctorDeps } from "./deps.ts";
import type { Engine } from "./docker.ts";
import { atLeast, count, percent, size } from "./figures.ts";
import { bad, ok, unknown, type Finding, type Look } from "./look.ts";
import { judgePart } from "./parts.ts";
import { tell } from "./tell.ts";

export function buildLooks({ core, docker }: DoctorDeps, engine: Engine): Look[] {
  const { config, paths } = core;
  return [
    { id: "builds.buildx", group: "builds", title: "buildx", look: () => buildx(config) },
    { id: "builds.buildkit", group: "builds", title: "BuildKit works", look: (signal) => buildkit(config, join(paths.tmp, "buildx"), signal) },
    { id: "builds.cache", group: "builds", title: "Build cache", look: (signal) => cache(docker, engine, signal) },
    { id: "builds.git", group: "builds", title: "Git", look: () => git(config) },
  ];
}

async function buildx(config: { caddy: string; buildx: string }): Promise<Finding> {
  const tool = (await toolVersions(config)).find(({ name }) => name === "buildx")!;
  if (tool.version === null) return { state: "fail", detail: config.buildx, problem: tool.problem };
  const detail = `${tool.version} · needed ${OLDEST_BUILDX} · ${config.buildx}`;
  return judgePart("buildx", tool.version, atLeast(tool.version, OLDEST_BUILDX) ? ok(detail) : bad("fail", "BUILDX_OUTDATED", { version: tool.version, wanted: OLDEST_BUILDX }, { detail }));
}

async function git(config: { caddy: string; buildx: string }): Promise<Finding> {
  const tool = (await toolVersions(config)).find(({ name }) => name === "git")!;
  if (tool.version === null) return { state: "fail", detail: null, problem: tool.problem, commands: ["apt-get update", "apt-get install --yes git"] };
  return ok(tool.version);
}

/** What `buildx inspect` says: whether its node runs, and which BuildKit it is. */
export function readInspect(said: string): { status: string | null; version: string | null; error: string | null; platforms: string | null } {
  const of = (key: string) => new RegExp(`^\\s*${key}:\\s*(\\S.*)$`, "m").exec(said)?.[1]?.trim() ?? null;
  return { status: of("Status"), version: of("BuildKit(?: version)?"), error: of("Error"), platforms: of("Platforms") };
}

async function buildkit(config: DoctorDeps["core"]["config"], stateDir: string, signal: AbortSignal): Promise<Finding | null> {
  const env = { HOME: stateDir, BUILDX_CONFIG: join(stateDir, "buildx"), DOCKER_CONFIG: join(stateDir, "docker"), DOCKER_HOST: `unix://${config.dockerSocket}` };
  const said = await tell([config.buildx, "--builder", "default", "inspect"], { signal, env });
  // That it is missing is said once, one line above.
  if (said === null) return unknown("there is no buildx to ask it with");
  const { status, version, error } = readInspect(said.stdout);
  if (said.code === 0 && status === "running") return ok(version && !version.includes("unknown") ? `BuildKit ${version}, in Docker itself` : "in Docker itself");
  const why = (error ?? said.stderr.trim().split("\n").at(-1) ?? "").replace(/^ERROR: /, "") || `its state is ${status ?? "unknown"}`;
  return bad("fail", "BUILDKIT_UNAVAILABLE", { why: why.slice(0, 200) }, { technical: `${said.stdout}\n${said.stderr}`.trim() });
}

const LARGE_SHARE = 0.2;
const LARGE_BYTES = 5 * 1024 ** 3;

async function cache(docker: DoctorDeps["docker"], engine: Engine, signal: AbortSignal): Promise<Finding> {
  const info = await engine.info();
  if (info === null) return unknown("Docker does not answer");
  const records = await buildCache(docker, signal);
  const disk = await diskRoom(info.DockerRootDir ?? "/").catch(() => null);
  return judgeCache(records, disk && disk.total);
}

export function judgeCache(records: CacheRecord[], disk: number | null): Finding {
  // Shared records are parts of images: they stay whatever is removed.
  const own = records.filter(({ Shared }) => Shared !== true);
  const bytes = own.reduce((sum, { Size = 0 }) => sum + Size, 0);
  const share = disk === null ? "" : `, ${percent(bytes, disk)} of the disk`;
  const detail = `${size(bytes)} in ${count(own.length, "record")}${share}`;
  if (disk !== null && bytes > LARGE_BYTES && bytes > disk * LARGE_SHARE) {
    return bad("warn", "BUILD_CACHE_LARGE", { size: size(bytes), share: percent(bytes, disk) }, { detail, commands: ["docker builder prune --all"], fix: "builds.prune" });
  }
  return ok(detail);
}
