import * as z from "zod";
import { step, type JobState } from "./jobs.ts";
import * as name from "./names.ts";
import { open } from "./open.ts";
import { me } from "./people.ts";
import { problem } from "./problem.ts";
import { MOST_REPLICAS, traits, type ShapeName } from "./shapes.ts";
import { openSource, source } from "./sources.ts";

/** Services of a project that reach each other by name; those of another environment have a network, names and variables of their own. */
export const environment = z.object({ id: name.id, name: z.string(), serviceCount: z.int(), createdAt: name.timestamp });
export type Environment = z.infer<typeof environment>;

export const project = z.object({
  id: name.id,
  name: z.string(),
  /** By age; one at least. */
  environments: z.array(environment),
  /** Of all its environments. */
  serviceCount: z.int(),
  createdAt: name.timestamp,
});
export type Project = z.infer<typeof project>;

export const siteConfig = z.object({
  /** Relative to the root directory; empty: the root directory itself. */
  outputDirectory: name.repositoryPath.default(""),
  /** Runs in `buildImage` before; null: the files are served as they are. */
  buildCommand: name.command.nullable().default(null),
  buildImage: name.imageReference.default("node:24-slim"),
});
export type SiteConfig = z.infer<typeof siteConfig>;

/** What a release is made from; a release keeps an immutable copy. */
export const serviceConfig = z.object({
  source,
  /** The port the app listens on; null: the only one that its image exposes. */
  port: name.port.nullable().default(null),
  /** Asked with GET until it answers 200 to 399; null: the port must accept a connection. */
  healthPath: name.healthPath.nullable().default(null),
  /** Seconds the new release has to become healthy; for a worker, the seconds it must stay up. */
  healthSeconds: z.int().min(1).max(600).default(60),
  /** Seconds that the old release gets for requests in flight before SIGTERM, and again before SIGKILL. */
  drainSeconds: z.int().min(0).max(300).default(10),
  /** So many instances of a release run side by side, each with a part of the requests. */
  replicas: z.int().min(1).max(MOST_REPLICAS).default(1),
  /** Replaces the image's command; null keeps it. */
  startCommand: name.command.nullable().default(null),
  /** For a static site: the folder to serve and, where it must be made first, how. */
  site: siteConfig.nullable().default(null),
});
export type ServiceConfig = z.infer<typeof serviceConfig>;

/** As it is answered. */
export const openConfig = serviceConfig.extend({ source: openSource });
export type OpenConfig = z.infer<typeof openConfig>;

/** What a release was built from. */
export const commit = z.object({ sha: z.string(), message: z.string(), author: z.string() });
export type Commit = z.infer<typeof commit>;

export const deployment = z.object({
  id: name.id,
  serviceId: name.id,
  state: open<JobState>(),
  /** Those of its job. */
  steps: z.array(step),
  /** 0 to 1 within the running step, where it is known. */
  progress: z.number().min(0).max(1).nullable(),
  commit: commit.nullable(),
  image: z.string().nullable(),
  /** The release it made; null until the release step. */
  releaseId: name.id.nullable(),
  problem: problem.nullable(),
  warnings: z.array(problem),
  createdAt: name.timestamp,
  endedAt: name.timestamp.nullable(),
});
export type Deployment = z.infer<typeof deployment>;

/**
 * What a service does now. Derived from its live release, its containers and its last deployment; those stay separate
 * facts beside it.
 */
export type ServiceState =
  | "empty" // never deployed
  | "deploying" // no live release yet, a deployment runs
  | "live"
  | "degraded" // some of its instances are down and restarted, the others serve
  | "down" // all of its instances are down and restarted
  | "crash-looping" // the live release keeps dying; restarted with growing pauses
  | "stopped" // by a person
  | "failed"; // no live release, the last deployment failed

/** One process of a release; a restarted one is the same instance. */
export const instance = z.object({
  id: name.id,
  /** 1 to 8. */
  ordinal: z.int(),
  /** `down`: its process ended; it gets no requests until it runs and answers again. */
  state: open<"live" | "down">(),
  containerName: z.string().nullable(),
});
export type Instance = z.infer<typeof instance>;

export const service = z.object({
  id: name.id,
  projectId: name.id,
  environmentId: name.id,
  name: z.string(),
  shape: open<ShapeName>(),
  traits,
  config: openConfig,
  hostname: z.string().nullable(),
  /** How its siblings reach it: this name on the network of their environment; null for what has none. */
  privateName: z.string().nullable(),
  state: open<ServiceState>(),
  /** Since when the state holds. */
  stateSince: name.timestamp,
  liveRelease: z
    .object({
      id: name.id,
      deploymentId: name.id,
      commit: commit.nullable(),
      image: z.string().nullable(),
      port: name.port.nullable(),
      createdAt: name.timestamp,
    })
    .nullable(),
  lastDeployment: deployment.nullable(),
  /** Of the live release, by ordinal; none: it has no process, or does not run. */
  instances: z.array(instance).default([]),
  /** Restarts of the live release since it went live, and its last lines when it is crash-looping. */
  crashes: z.object({ count: z.int(), lastExitCode: z.int().nullable(), lastLines: z.array(z.string()) }).nullable(),
  /** Config or variables differ from those of the live release. */
  changed: z.boolean(),
  warnings: z.array(problem),
  createdAt: name.timestamp,
});
export type Service = z.infer<typeof service>;

export const variable = z.object({
  name: name.variableName,
  /** Only with reveal; sealed otherwise. */
  value: z.string().nullable(),
  /** Shared variables of its environment that its value refers to as ${{shared.NAME}}. */
  refers: z.array(z.string()),
  updatedAt: name.timestamp,
});
export type Variable = z.infer<typeof variable>;

export const logLine = z.object({
  at: name.timestamp,
  stream: open<"out" | "err" | "system">(),
  /** The deployment step or, for runtime logs, the release it came from. */
  from: z.string(),
  /** Of runtime logs: the ordinal of the instance that said it. */
  instance: z.int().optional(),
  text: z.string(),
});
export type LogLine = z.infer<typeof logLine>;

/** One batch of a stream. `ended`: nothing will follow. `gap`: lines before this batch are no longer kept. */
export const logBatch = z.object({
  cursor: name.cursor,
  lines: z.array(logLine),
  ended: z.boolean().default(false),
  gap: z.boolean().default(false),
});
export type LogBatch = z.infer<typeof logBatch>;

/** Who answers on this server; the first thing that a desktop asks. */
export const hello = z.object({
  instanceId: name.id,
  agentVersion: z.string(),
  protocolVersion: z.int(),
  nodeVersion: z.string(),
  hostname: z.string(),
  os: z.string(),
  arch: z.string(),
  /** The port on which Caddy answers plain HTTP. */
  httpPort: name.port,
  startedAt: name.timestamp,
  /** Whether it comes back by itself after a reboot. */
  startsAtBoot: z.boolean(),
  /** It is being tried: nothing can be changed until it is kept, or the one before it is back. */
  trial: z.boolean().default(false),
  /** Who asks; absent: an agent from before people had roles, where all are owners. */
  me: me.optional(),
});
export type Hello = z.infer<typeof hello>;

/** Meters and the tools that the agent drives; bytes, and cores used as a figure from 0 to `cores`. */
export const hostStatus = z.object({
  cores: z.int(),
  cpuUsed: z.number(),
  memoryTotal: z.int(),
  memoryUsed: z.int(),
  diskTotal: z.int(),
  diskFree: z.int(),
  tools: z.array(
    z.object({
      name: open<"docker" | "buildx" | "caddy" | "git">(),
      version: z.string().nullable(),
      problem: problem.nullable(),
      /** It is there and answers nothing, since then. */
      silentSince: name.timestamp.optional(),
    }),
  ),
  problems: z.array(problem),
});
export type HostStatus = z.infer<typeof hostStatus>;

/** Something changed; a screen asks again for what it shows. */
export const change = z.object({
  entity: open<"project" | "environment" | "service" | "deployment" | "job" | "variables" | "host" | "person" | "audit">(),
  id: z.string(),
  projectId: name.id.nullable(),
  /** Null: of the whole project, or of the server. */
  environmentId: name.id.nullable(),
  serviceId: name.id.nullable(),
});
export type Change = z.infer<typeof change>;
