import { hostStatus, job, names, project, service, wireErrors } from "@aeroplane/agent/contract";
import { eventIterator, oc } from "@orpc/contract";
import * as z from "zod";

const procedure = oc.errors(wireErrors);

/** What a server last said, kept on this computer so that a window has something to show while it is away. */
export const knownState = z.object({
  at: names.timestamp,
  projects: z.array(project),
  /** Without log lines and technical details. */
  services: z.array(service),
  status: hostStatus.nullable(),
});
export type KnownState = z.infer<typeof knownState>;

/** A project or a service of any server, as far as it was seen. */
export const foundPlace = z.object({
  serverId: names.id,
  projectId: names.id,
  /** Null for a project. */
  environmentId: names.id.nullable(),
  serviceId: names.id.nullable(),
  name: z.string(),
  project: z.string(),
  /** Of a service whose project has several. */
  environment: z.string().nullable(),
  /** Of a service; null for a project. */
  shape: z.string().nullable(),
  /** What it is, in words to be found by: "Worker image", "git", "project". */
  kind: z.string(),
  state: z.string().nullable(),
  hostname: z.string().nullable(),
});
export type FoundPlace = z.infer<typeof foundPlace>;

/** A job that ended on a server that is followed, whether a window looks at it or not. */
export const outcome = z.object({ serverId: names.id, job });
export type Outcome = z.infer<typeof outcome>;

export const knownProcedures = {
  /** From now on, the end of every job on every server that answers. */
  outcomes: procedure.input(z.object({})).output(eventIterator(outcome)),
  /** Null where the server never answered. */
  get: procedure.input(z.object({ id: names.id })).output(knownState.nullable()),
  /** Projects and services of all servers, best matches first; also of those that are away. */
  find: procedure
    .input(z.object({ text: z.string().max(200), limit: z.int().min(1).max(500).default(200) }))
    .output(z.object({ total: z.int(), places: z.array(foundPlace) })),
};
