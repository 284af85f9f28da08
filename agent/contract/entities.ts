import * as z from "zod";
import { openConfig } from "./config.ts";
import { step, type JobState } from "./jobs.ts";
import * as name from "./names.ts";
import { open } from "./open.ts";
import { me } from "./people.ts";
import { problem } from "./problem.ts";
import { traits, type ShapeName } from "./shapes.ts";
import type { FactName } from "./references.ts";

/** Services of a project that reach each other by name; those of another environment have a network, names and variables of their own. */
export const environment = z.object({
  id: name.id,
  name: z.string(),
  serviceCount: z.int(),
  /** Edits that wait for a Deploy: of its services and of what it shares. Absent: an agent that has no stage, where an edit is wanted at once. */
  stagedCount: z.int().optional(),
  createdAt: name.timestamp,
});
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

/** What a release was built from. */
export const commit = z.object({ sha: z.string(), message: z.string(), author: z.string() });
export type Commit = z.infer<typeof commit>;

export const deployment = z.object({
  id: name.id,
  serviceId: name.id,
  state: open<JobState>(),
  /** Who asked for it: a person's name, or the login of an owner; null where that was not written down. */
  by: z.string().nullable().optional(),
  /** For the newest revision, or for one that was deployed before. Absent: an agent that knows of no other. */
  why: open<"asked" | "redeploy" | "rollback">().optional(),
  /** Of a rollback: the kept release that it brings back. Absent: an agent that knows of none. */
  fromReleaseId: name.id.nullable().optional(),
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
  | "degraded" // some of its instances are down and restarted, or unhealthy; the others are well
  | "unhealthy" // it runs and gets requests, and does not answer its health check; no instance is well
  | "starting" // all of its instances ran again a while ago and have not answered yet, within the time that their check gives
  | "down" // all of its instances are down and restarted
  | "ended" // its processes have ended by themselves, and its settings say that they are not started again
  | "crash-looping" // the live release keeps dying; restarted with growing pauses
  | "unknown" // Docker has not told of it since the agent started, or since Docker was lost
  | "stopped" // by a person
  | "failed"; // no live release, the last deployment failed

/** Why the agent itself has stopped a service. `disk`: it had written so many bytes into its container when so few were free. */
export const stoppedFor = z.object({ what: open<"disk">(), written: z.number(), free: z.number() });
export type StoppedFor = z.infer<typeof stoppedFor>;

/** One process of a release; a restarted one is the same instance. */
export const instance = z.object({
  id: name.id,
  /** 1 to 8. */
  ordinal: z.int(),
  /**
   * `down`: its process ended; it gets no requests until it runs and answers again. `unhealthy`: it runs, gets requests and
   * does not answer its health check. `unknown`: nobody has seen it lately.
   */
  state: open<"live" | "unhealthy" | "down" | "unknown">(),
  /** Of one that is unhealthy: since the first of the answers that were not good, one after the other, and what the last one was. */
  unwell: z.object({ since: name.timestamp, said: z.string() }).optional(),
  containerName: z.string().nullable(),
  /** What the HEALTHCHECK of its image says; absent: it has none. */
  health: open<"starting" | "healthy" | "unhealthy">().optional(),
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
  /** By which they reach it besides: those of its live release. */
  privateNames: z.array(z.string()).default([]),
  state: open<ServiceState>(),
  /** Since when the state holds. */
  stateSince: name.timestamp,
  /**
   * Of one whose state is `unknown`: how it stood when it was observed last, and until when it was (null: by an earlier life
   * of the agent), and why nothing newer is known. Its route stays as it was.
   */
  unseen: z.object({ state: open<ServiceState>(), at: name.timestamp.nullable(), why: open<"not-yet" | "docker-away">() }).optional(),
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
  /** Volumes of ours that it wants, by their path; a deployment mounts them. */
  volumes: z.array(z.object({ id: name.id, path: z.string(), name: z.string() })).default([]),
  /**
   * Restarts of the live release since it went live, and its last lines when it is crash-looping. `outOfMemory`: the last
   * one was for want of memory, of which an instance may have so much ("512 MB").
   */
  crashes: z.object({ count: z.int(), lastExitCode: z.int().nullable(), lastLines: z.array(z.string()), outOfMemory: z.string().optional() }).nullable(),
  /**
   * Limits of an instance that were reached while it went on, since its process began: `memory`, a process of it was ended;
   * `processes`, it was refused new ones. With the limit ("512 MB", "2048") and how often.
   */
  reached: z.array(z.object({ what: open<"memory" | "processes">(), limit: z.string(), count: z.int() })).optional(),
  /** Of one that is stopped, and not by a person. */
  stoppedFor: stoppedFor.optional(),
  /** Config or variables differ from those of the live release. */
  changed: z.boolean(),
  /** Edits of it that wait for a Deploy. */
  stagedCount: z.int().default(0),
  warnings: z.array(problem),
  createdAt: name.timestamp,
});
export type Service = z.infer<typeof service>;

/** What a service uses now, of what each of its instances may have: bytes, and processors as a figure. Null: not known. */
export const serviceMeters = z.object({
  serviceId: name.id,
  memoryLimit: z.number(),
  processorLimit: z.number(),
  /** Of its live release, by ordinal. */
  instances: z.array(z.object({ id: name.id, ordinal: z.int(), memory: z.number().nullable(), processors: z.number().nullable() })),
});
export type ServiceMeters = z.infer<typeof serviceMeters>;
/** So many services are measured by one call. */
export const MOST_METERED = 50;

export const variable = z.object({
  name: name.variableName,
  /** Only with reveal; sealed otherwise. */
  value: z.string().nullable(),
  /** What its value refers to: a shared variable of its environment by its name, else "service.NAME" or "self.NAME". */
  refers: z.array(z.string()),
  /** secret: it is never shown, only replaced or removed. Absent: an agent that knows of none. */
  kind: open<"plain" | "secret">().optional(),
  updatedAt: name.timestamp,
});
export type Variable = z.infer<typeof variable>;

/** Who changed which variable when; never what it holds. */
export const variableChange = z.object({
  name: name.variableName,
  act: open<"set" | "removed" | "secret">(),
  /** A person's name, or the login of an owner; null where that was not written down. */
  by: z.string().nullable(),
  at: name.timestamp,
});
export type VariableChange = z.infer<typeof variableChange>;

/** What values of a service may refer to: names and facts of one owner, `shared` or a service of the environment. */
export const referable = z.object({
  owner: z.string(),
  /** Null: what the environment shares. */
  serviceId: name.id.nullable(),
  names: z.array(name.variableName),
  /** Of a service, what is known of it; null: it has none now. The id of a release is left out, each deploy brings another. */
  facts: z.array(z.object({ name: open<FactName>(), words: z.string(), value: z.string().nullable() })),
});
export type Referable = z.infer<typeof referable>;

export const logLine = z.object({
  at: name.timestamp,
  stream: open<"out" | "err" | "system">(),
  /** The deployment step or, for runtime logs, the release it came from. */
  from: z.string(),
  /** Of runtime logs: the ordinal of the instance that said it. */
  instance: z.int().optional(),
  text: z.string(),
  /** Of a line that was looked for: where it stands, as `before` and `after` of `services.history` take it. */
  place: name.cursor.optional(),
});
export type LogLine = z.infer<typeof logLine>;

/** One batch of a stream. `ended`: nothing will follow. `gap`: lines before this batch are no longer kept. */
export const logBatch = z.object({
  cursor: name.cursor,
  lines: z.array(logLine),
  ended: z.boolean().default(false),
  gap: z.boolean().default(false),
  /** Of a first batch that begins some lines back: where earlier ones end, as `before` of `services.history` takes it. */
  before: name.cursor.optional(),
});
export type LogBatch = z.infer<typeof logBatch>;

/** Kept lines, oldest first. `before`: where earlier ones end, null: there are none; `after`: where later ones begin, null: none are kept now. */
export const logPage = z.object({ lines: z.array(logLine), before: name.cursor.nullable(), after: name.cursor.nullable() });
export type LogPage = z.infer<typeof logPage>;

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
  /** By shape, what can be set of a service that is not there yet, as its traits say once it is (a window looks for those that it knows); absent: an agent from before it told. */
  settings: z.record(z.string(), z.array(z.string())).optional(),
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

/** Something changed; a screen asks again for what it shows. Of `staged` the id is that of the environment, of `volume` the one of a volume or of a service whose volumes changed. */
export const change = z.object({
  entity: open<"project" | "environment" | "service" | "deployment" | "job" | "variables" | "staged" | "volume" | "host" | "person" | "audit">(),
  id: z.string(),
  projectId: name.id.nullable(),
  /** Null: of the whole project, or of the server. */
  environmentId: name.id.nullable(),
  serviceId: name.id.nullable(),
});
export type Change = z.infer<typeof change>;

/** So many services are asked for at once. */
export const MOST_SERVICES = 200;
