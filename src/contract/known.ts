import { hostStatus, names, project, service, wireErrors } from "@aeroplane/agent/contract";
import { oc } from "@orpc/contract";
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

export const knownProcedures = {
  /** Null where the server never answered. */
  get: procedure.input(z.object({ id: names.id })).output(knownState.nullable()),
  /** Projects and services of all servers, best matches first; also of those that are away. */
  find: procedure
    .input(z.object({ text: z.string().max(200), limit: z.int().min(1).max(500).default(200) }))
    .output(z.object({ total: z.int(), places: z.array(foundPlace) })),
};
