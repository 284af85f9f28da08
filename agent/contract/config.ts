import * as z from "zod";
import { health, openHealth } from "./health.ts";
import * as name from "./names.ts";
import { open } from "./open.ts";
import { openPublished, publishedPorts } from "./publish.ts";
import { MOST_REPLICAS } from "./shapes.ts";
import { openSite, siteConfig } from "./site.ts";
import { openSource, source } from "./sources.ts";

/** What a config says that does not say it: the same for what is asked and for what is answered. */
const DEFAULTS = { healthSeconds: 60, drainSeconds: 10, replicas: 1 };

/** Signals by which a process can be asked to stop. */
export const STOP_SIGNALS = ["SIGTERM", "SIGINT", "SIGQUIT", "SIGHUP", "SIGUSR1", "SIGUSR2", "SIGWINCH", "SIGKILL"] as const;
export const REPLACES = ["rolling", "stopFirst"] as const;
export type Replace = (typeof REPLACES)[number];
export const RESTARTS = ["always", "onFailure", "never"] as const;
export type Restart = (typeof RESTARTS)[number];

/** What a release is made from; a release keeps an immutable copy. */
export const serviceConfig = z.object({
  source,
  /** The port the app listens on; null: the only one that its image exposes. */
  port: name.port.nullable().default(null),
  /** How a release shows that it is well; absent: as its shape does, by `healthPath` and `imageHealth`. */
  health: health.optional(),
  /** Seconds before the first failure counts and the time to become healthy begins; absent: 0. */
  startSeconds: name.numberFrom(0, 600).optional(),
  /** Without `health`: asked with GET until it answers 200 to 399; null: any answer to GET / will do. */
  healthPath: name.healthPath.nullable().default(null),
  /** Seconds the new release has to become healthy; where it only has to stay up, those. */
  healthSeconds: z.int().min(1).max(600).default(DEFAULTS.healthSeconds),
  /** Seconds that the old release gets for requests in flight before SIGTERM, and again before SIGKILL. */
  drainSeconds: z.int().min(0).max(300).default(DEFAULTS.drainSeconds),
  /** stopFirst: what serves ends before the next one begins, and requests wait; absent: as its shape is replaced. */
  replace: z.enum(REPLACES).optional(),
  /** What it is asked to stop by; absent: what its image says, which is SIGTERM for most. */
  stopSignal: z.enum(STOP_SIGNALS, `A signal: ${STOP_SIGNALS.join(", ")}`).optional(),
  /** Seconds from that signal to SIGKILL; absent: `drainSeconds`. */
  stopSeconds: name.numberFrom(0, 300).optional(),
  /** Started again when it ends by itself; absent: always. */
  restart: z.enum(RESTARTS).optional(),
  /** Docker's init is process 1; absent: unless the image brings one of its own. */
  init: z.boolean().optional(),
  /** So many instances of a release run side by side, each with a part of the requests. */
  replicas: z.int().min(1).max(MOST_REPLICAS).default(DEFAULTS.replicas),
  /** MiB of memory that each instance may have; absent: three quarters of the server's. */
  memoryMiB: z.int().min(16).max(16 * 1024 ** 2).optional(),
  /** Processors that each instance may use, 0.05 and more in steps of a hundredth; absent: all that there are. */
  processors: name.processors.optional(),
  /** Siblings reach it by these too; absent: by its own name alone. */
  names: name.privateNames.optional(),
  /** Ports of the server that lead to it; absent: none. */
  publish: publishedPorts.optional(),
  /** Replaces the image's command; null keeps it. */
  startCommand: name.command.nullable().default(null),
  /** Words run once in the new image, with its variables and no requests, before anything of the release is started; its failure fails the deploy. */
  beforeDeploy: name.command.optional(),
  /** Without `health`: also the HEALTHCHECK that the image declares must pass before a release goes live. */
  imageHealth: z.boolean().default(false),
  /** For a static site: the folder to serve and, where it must be made first, how. */
  site: siteConfig.nullable().default(null),
});
export type ServiceConfig = z.infer<typeof serviceConfig>;

/** As it is answered: what a newer agent admits beyond our bounds, and what it knows besides, is handed on as it is. */
export const openConfig = z.looseObject({
  source: openSource,
  port: z.int().nullable().default(null),
  health: openHealth.optional(),
  startSeconds: z.int().optional(),
  healthPath: z.string().nullable().default(null),
  healthSeconds: z.int().default(DEFAULTS.healthSeconds),
  drainSeconds: z.int().default(DEFAULTS.drainSeconds),
  replicas: z.int().default(DEFAULTS.replicas),
  replace: open<Replace>().optional(),
  stopSignal: z.string().optional(),
  stopSeconds: z.int().optional(),
  restart: open<Restart>().optional(),
  init: z.boolean().optional(),
  memoryMiB: z.int().optional(),
  processors: z.number().optional(),
  beforeDeploy: z.string().optional(),
  names: z.array(z.string()).optional(),
  publish: z.array(openPublished).optional(),
  startCommand: z.string().nullable().default(null),
  imageHealth: z.boolean().default(false),
  site: openSite.nullable().default(null),
});
export type OpenConfig = z.infer<typeof openConfig>;
