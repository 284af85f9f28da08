import { describe } from "../../../contract/index.ts";
import { listOwnVolumes, volumeNameOf } from "../../docker/own-volume.ts";
import { findJob, findVolume } from "../../store/index.ts";
import { engineInfo, engineVersion, type EngineInfo } from "../../docker/engine.ts";
import { toProblem } from "../../../contract/problem.ts";
import type { DoctorDeps } from "./deps.ts";
import { atLeast, count } from "./figures.ts";
import { bad, ok, unknown, type Finding, type Look } from "./look.ts";
import { unitState } from "./units.ts";

/** Multi-stage builds with BuildKit and its secret mounts. */
const MINIMUM = "20.10";
/** BuildKit 0.10 came with it: secrets as variables of a build step. */
const WANTED = "23.0";

/** Asked once for a whole look at the server. */
export type Engine = { info(): Promise<EngineInfo | null>; version(): Promise<string | null> };

/** Questions to an engine that hangs end with the signal, so that none of them piles up. */
export function askEngine({ docker }: Pick<DoctorDeps, "docker">, abortSignal: AbortSignal): Engine {
  let info: Promise<EngineInfo | null> | undefined;
  let version: Promise<string | null> | undefined;
  return {
    info: () => (info ??= engineInfo(docker, abortSignal).catch(() => null)),
    version: () => (version ??= engineVersion(docker, abortSignal).catch(() => null)),
  };
}

export function dockerLooks({ docker, core }: DoctorDeps, engine: Engine): Look[] {
  // A copy has the id of its job until it is whole.
  const isKnown = (id: string) => findVolume(core.db, id) !== undefined || findJob(core.db, id)?.endedAt === null;
  return [
    { id: "docker.engine", group: "docker", title: "Docker answers", look: (signal) => answers(docker, core.config.dockerSocket, signal) },
    { id: "docker.version", group: "docker", title: "Docker version", look: async () => judgeVersion(await engine.version()) },
    { id: "docker.store", group: "docker", title: "Image store", look: async () => judgeStore(await engine.info()) },
    { id: "docker.live-restore", group: "docker", title: "Services outlive a restart of Docker", look: async () => judgeLiveRestore(await engine.info()) },
    { id: "docker.volumes", group: "docker", title: "Volumes have a service", look: async () => judgeVolumes(await listOwnVolumes(docker, core.instanceId).catch(() => null), isKnown, (id) => volumeNameOf(core.instanceId, id)) },
  ];
}

async function answers(docker: DoctorDeps["docker"], socket: string, signal: AbortSignal): Promise<Finding> {
  const began = performance.now();
  try {
    const info = await engineInfo(docker, signal);
    const took = Math.max(1, Math.round(performance.now() - began));
    const running = `${info.ContainersRunning ?? 0} of ${count(info.Containers ?? 0, "container")} running`;
    return ok([running, count(info.Images ?? 0, "image"), `${took} ms`, socket].join(" · "));
  } catch (error) {
    const unit = await unitState("docker.service", signal);
    const problem = toProblem(error);
    const told = problem.code === "UNEXPECTED" ? describe("DOCKER_UNAVAILABLE", { why: problem.message }, problem.detail) : problem;
    const startable = unit?.load === "loaded" && unit.active !== "active";
    return {
      state: "fail",
      detail: unit ? `${socket} · docker.service is ${unit.active}` : socket,
      problem: told,
      commands: ["journalctl --unit docker.service --lines 50 --no-pager", "systemctl start docker.service"],
      ...(startable ? { fix: "docker.start" as const } : {}),
    };
  }
}

const SILENT = unknown("Docker does not answer");

export function judgeVersion(version: string | null): Finding {
  if (version === null) return SILENT;
  const detail = `${version} · needed ${MINIMUM}, recommended ${WANTED} or newer`;
  const lacks = atLeast(version, MINIMUM) ? "builds cannot be handed secrets as variables" : "builds do not work";
  if (!atLeast(version, WANTED)) return bad(atLeast(version, MINIMUM) ? "warn" : "fail", "DOCKER_OUTDATED", { version, wanted: WANTED, lacks }, { detail, commands: ["apt-cache policy docker.io docker-ce"] });
  return ok(detail);
}

/** Copying drivers, and those that Docker itself has given up. */
const SLOW = new Set(["vfs", "devicemapper", "aufs"]);

export function judgeStore(info: EngineInfo | null): Finding {
  if (info === null) return SILENT;
  const driver = info.Driver ?? "unknown";
  const status = new Map(info.DriverStatus ?? []);
  const containerd = status.get("driver-type") === "io.containerd.snapshotter.v1";
  const disk = status.get("Backing Filesystem");
  const detail = [`${driver} · ${containerd ? "containerd image store" : "graph driver (classic)"}`, ...(disk ? [`on ${disk}`] : [])].join(" · ");
  return SLOW.has(driver) ? bad("warn", "DOCKER_STORE_SLOW", { driver }, { detail, commands: ["docker info --format '{{.Driver}} {{.DockerRootDir}}'"] }) : ok(detail);
}

export function judgeLiveRestore(info: EngineInfo | null): Finding {
  if (info === null) return SILENT;
  if (info.LiveRestoreEnabled) return ok("live-restore is on");
  // Docker refuses both together; its restart then stops the services, and that is known.
  if (info.Swarm?.LocalNodeState === "active") return { state: "warn", detail: "live-restore is off, since this Docker is part of a swarm" };
  return bad("warn", "DOCKER_NO_LIVE_RESTORE", {}, { detail: "live-restore is off", commands: ["cat /etc/docker/daemon.json", "systemctl reload docker.service"] });
}

/** One that bears our labels and has no row is left alone: what it holds may be somebody's only copy. */
export function judgeVolumes(ids: readonly string[] | null, isKnown: (id: string) => boolean, nameOf: (id: string) => string): Finding {
  if (ids === null) return SILENT;
  const stray = ids.filter((id) => !isKnown(id)).map(nameOf);
  if (stray.length === 0) return ok(count(ids.length, "volume"));
  return bad("warn", "VOLUMES_UNKNOWN", { volumes: stray }, { detail: `${stray.length} of ${count(ids.length, "volume")}`, commands: stray.map((name) => `docker volume inspect ${name}`) });
}
