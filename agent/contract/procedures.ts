import { eventIterator } from "@orpc/contract";
import * as z from "zod";
import { auditProcedures } from "./audit.ts";
import { doctorProcedures } from "./doctor.ts";
import { serviceConfig } from "./config.ts";
import * as entity from "./entities.ts";
import { groupCancelled, job } from "./jobs.ts";
import { logFilter } from "./log-filter.ts";
import * as name from "./names.ts";
import { peopleProcedures } from "./people.ts";
import { ask, deploy, deployLarge, own, take } from "./procedure.ts";
import { LARGEST_SPEED, LARGEST_VARIABLES_FILE, rawTicket } from "./raw.ts";
import { comparison, release } from "./releases.ts";
import { runProcedures } from "./runs.ts";
import { openServerSettings, serverSettings } from "./settings.ts";
import { shape } from "./shapes.ts";
import { stagedProcedures } from "./staged.ts";
import { storageProcedures } from "./storage.ts";
import { terminals } from "./terminals.ts";
import { volumeFileProcedures } from "./volume-files.ts";
import { volumeProcedures } from "./volumes.ts";


const nothing = z.object({});
const byId = z.object({ id: name.id });
/** `environmentId`: where the caller takes it to be; what lies in another environment is not found. */
const within = z.object({ environmentId: name.id.optional() });
const byService = within.extend({ id: name.id });
const discard = z.array(name.volumePath).max(100).default([]);
const byServiceDiscarding = byService.extend({ discard });
const confirm = z.string().max(200);
/** Of a service, or with null those that the environment shares with services that refer to them. */
const scope = z.object({ environmentId: name.id, serviceId: name.id.nullable() });
const ofOneService = within.extend({ serviceId: name.id });
const oneRelease = ofOneService.extend({ releaseId: name.id });
const started = z.object({ job });

export const agentContract = {
  instance: {
    hello: ask.input(nothing).output(entity.hello),
    status: ask.input(nothing).output(entity.hostStatus),
    settings: ask.input(nothing).output(openServerSettings),
    /** All of them; they hold when it returns. */
    change: own.input(serverSettings).output(openServerSettings),
    ...storageProcedures,
    /** A ticket for bytes that are made up on one side and thrown away on the other, to measure the way. */
    speed: take.input(z.object({ direction: z.enum(["down", "up"]), size: z.int().min(1).max(LARGEST_SPEED) })).output(rawTicket),
  },

  changes: {
    /** Batches of what changed after `after`; without it, from now on. `reset`: too much was missed, ask for everything. */
    watch: ask
      .input(z.object({ after: name.cursor.optional() }))
      .output(
        eventIterator(z.object({ cursor: name.cursor, items: z.array(entity.change), reset: z.boolean().default(false) })),
      ),
  },

  projects: {
    list: ask.input(nothing).output(z.array(entity.project)),
    create: deploy.input(z.object({ name: name.title })).output(entity.project),
    rename: deploy.input(z.object({ id: name.id, name: name.title })).output(entity.project),
    /** Stops and removes every service of it; `confirm` is the project's name, typed. */
    delete: own.input(byId.extend({ confirm })).output(started),
  },

  environments: {
    /** Of a project, by age. */
    list: ask.input(z.object({ projectId: name.id })).output(z.array(entity.environment)),
    /** An empty one; its network comes with its first deployment. */
    create: deploy.input(z.object({ projectId: name.id, name: name.title })).output(entity.environment),
    /** The name alone: networks, ids and addresses stay. */
    rename: deploy.input(byId.extend({ name: name.title })).output(entity.environment),
    /** What a deletion would take with it, in words. `outlive`: those of the lines that stay where the agent alone is taken away; an agent from before marks none. */
    deletion: ask.input(byId).output(z.object({ goes: z.array(z.string()), outlive: z.array(z.string()).optional() })),
    /** Stops and removes every service of it; `confirm` is its name, typed. The last one of a project stays. */
    delete: own.input(byId.extend({ confirm })).output(started),
  },

  services: {
    /** All of an environment, of a project, or of the whole server, by age; `limit` of them, those after the service `after`. */
    list: ask
      .input(within.extend({ projectId: name.id.optional(), after: name.id.optional(), limit: z.int().min(1).max(500).optional() }))
      .output(z.array(entity.service)),
    get: ask.input(byService).output(entity.service),
    /** Those of these that are there: what a window asks when it was told that they changed. */
    getMany: ask.input(within.extend({ ids: z.array(name.id).min(1).max(entity.MOST_SERVICES) })).output(z.array(entity.service)),
    create: deployLarge
      .input(
        z.object({
          environmentId: name.id,
          name: name.serviceName,
          shape,
          config: serviceConfig,
          hostname: name.hostname.nullable().default(null),
          variables: name.variables.default({}),
        }),
      )
      .output(entity.service),
    /** Settings take effect with the next deployment; the hostname and the name at once. */
    update: deploy
      .input(
        byService.extend({
          name: name.givenServiceName.optional(),
          config: serviceConfig.optional(),
          hostname: name.hostname.nullable().optional(),
        }),
      )
      .output(entity.service),
    /** What a deletion would take with it: containers, images, sites, in words. */
    deletion: ask.input(byService).output(z.object({ goes: z.array(z.string()) })),
    delete: own.input(byService.extend({ confirm })).output(started),
    /** `discard`: paths of the image's own volumes whose data may go; without them such a service refuses. */
    stop: deploy.input(byServiceDiscarding).output(started),
    start: deploy.input(byServiceDiscarding).output(started),
    restart: deploy.input(byServiceDiscarding).output(started),
    /** Memory and processors of those of these that run now; read when it is asked, at most about once a second. */
    meters: ask.input(z.object({ environmentId: name.id, ids: z.array(name.id).min(1).max(entity.MOST_METERED) })).output(z.array(entity.serviceMeters)),
    /** Runtime output of all its releases, oldest kept first; `after` resumes, `tail` begins that many lines back. */
    logs: ask
      .input(byService.extend({ after: name.cursor.optional(), tail: z.int().min(0).max(5000).default(500) }))
      .output(eventIterator(entity.logBatch)),
    /**
     * A page of the runtime output that is kept: with `after` or `moment` from there on, else what stands before `before`,
     * without it before now. With a filter a call looks through some megabytes and may answer few lines, or none, and a
     * cursor to go on from; each line names its place then.
     */
    history: ask
      .input(
        byService.extend({
          before: name.cursor.optional(),
          after: name.cursor.optional(),
          moment: name.timestamp.optional(),
          filter: logFilter.default({}),
          limit: z.int().min(1).max(1000).default(500),
        }),
      )
      .output(entity.logPage),
    /** A ticket for the whole runtime output that is kept until now, as text. */
    download: take.input(byService).output(rawTicket),
    /** The same for the lines alone that are wanted, all of them. */
    downloadFound: take.input(byService.extend({ filter: logFilter })).output(rawTicket),
  },

  variables: {
    list: ask.input(scope).output(z.array(entity.variable)),
    /** What values of its services may refer to: first what it shares, then its services by age. */
    referable: ask.input(z.object({ environmentId: name.id })).output(z.array(entity.referable)),
    reveal: deploy.input(scope.extend({ name: name.variableName })).output(entity.variable),
    /** Sets and removes in one step. */
    change: deployLarge
      .input(
        scope.extend({
          set: name.variables.default({}),
          remove: z.array(name.variableName).max(500).default([]),
          /** Of those that are set or there: shown no more from now on. A secret one stays so when it is replaced. */
          secret: z.array(name.variableName).max(500).default([]),
        }),
      )
      .output(z.array(entity.variable)),
    /** Changes of names, newest first: the last 500. */
    history: ask.input(scope).output(z.array(entity.variableChange)),
    /** A ticket for a `.env` file of so many bytes: when all of it has come, all that it names is set, or nothing. */
    upload: deploy.input(scope.extend({ size: z.int().min(1).max(LARGEST_VARIABLES_FILE), /** What it says is staged. */ stage: z.boolean().default(false) })).output(rawTicket),
  },

  staged: stagedProcedures,
  volumes: { ...volumeProcedures, ...volumeFileProcedures },

  deployments: {
    /** Newest first, at most 100; `before` is the id of the last one already shown. */
    list: ask
      .input(within.extend({ serviceId: name.id, before: name.id.optional() }))
      .output(z.array(entity.deployment)),
    get: ask.input(byId).output(entity.deployment),
    /** `commit`: that one of the repository instead of the branch's newest. */
    start: deploy.input(within.extend({ serviceId: name.id, discard, commit: name.commitSha.optional() })).output(entity.deployment),
    /** Releases of a service that are kept, newest first. */
    releases: ask.input(ofOneService).output(z.array(release)),
    /** Back to a kept release, with its own image, config and variables: nothing is fetched and nothing is built. */
    rollback: deploy.input(oneRelease.extend({ discard })).output(entity.deployment),
    /** No cleanup takes it any more; so many of a service at most. */
    pin: deploy.input(oneRelease).output(release),
    unpin: deploy.input(oneRelease).output(release),
    /** What is other in `to` than in `from`. */
    compare: ask.input(ofOneService.extend({ from: name.id, to: name.id })).output(comparison),
    cancel: deploy.input(byId).output(entity.deployment),
    /** Its whole log from the first line, then live until it ended. */
    log: ask
      .input(z.object({ id: name.id, after: name.cursor.optional() }))
      .output(eventIterator(entity.logBatch)),
    /** A ticket for the log as it is now, as text. */
    download: take.input(byId).output(rawTicket),
  },

  runs: runProcedures,

  jobs: {
    /** First those that have not ended, then ended ones, newest first: at most `limit`; `before`: ended ones before this one. */
    list: ask
      .input(z.object({ before: name.id.optional(), limit: z.int().min(1).max(100).default(100) }))
      .output(z.array(job)),
    get: ask.input(byId).output(job),
    cancel: deploy.input(byId).output(job),
    /** One that is paused goes on now, from where it was. */
    resume: deploy.input(byId).output(job),
    /** All of a group: what has not begun is dropped, what is not committed is undone, the rest stays. */
    cancelGroup: deploy.input(byId).output(groupCancelled),
  },

  terminals,
  people: peopleProcedures,
  doctor: doctorProcedures,
  audit: auditProcedures,
};

export type AgentContract = typeof agentContract;

/** Raised when a desktop and an agent of different numbers can no longer talk; additive changes keep it. */
export const PROTOCOL_VERSION = 2;
