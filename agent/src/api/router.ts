import { auditHandlers } from "./audit.ts";
import { createBase, type Rooms } from "./base.ts";
import { deploymentHandlers } from "./deployments.ts";
import { doctorHandlers } from "./doctor.ts";
import { environmentHandlers } from "./environments.ts";
import { changesHandlers, instanceHandlers } from "./instance.ts";
import { jobHandlers } from "./jobs.ts";
import { peopleHandlers } from "./people.ts";
import { projectHandlers } from "./projects.ts";
import { runHandlers } from "./runs.ts";
import { serviceHandlers } from "./services.ts";
import { stagedHandlers } from "./staged.ts";
import { terminalHandlers } from "./terminals.ts";
import { variableHandlers } from "./variables.ts";
import { volumeFileHandlers } from "./volume-files.ts";
import { volumeHandlers } from "./volumes.ts";
import { createViews } from "./views.ts";

/** The whole contract, implemented. */
export function createRouter(rooms: Rooms) {
  const base = createBase(rooms);
  const views = createViews(rooms);
  return base.router({
    instance: instanceHandlers(base, rooms, views),
    changes: changesHandlers(base, rooms),
    projects: projectHandlers(base, rooms, views),
    environments: environmentHandlers(base, rooms, views),
    services: serviceHandlers(base, rooms, views),
    variables: variableHandlers(base, rooms),
    staged: stagedHandlers(base, rooms, views),
    volumes: { ...volumeHandlers(base, rooms, views), ...volumeFileHandlers(base, rooms, views) },
    deployments: deploymentHandlers(base, rooms, views),
    runs: runHandlers(base, rooms, views),
    jobs: jobHandlers(base, rooms, views),
    terminals: terminalHandlers(base, rooms),
    people: peopleHandlers(base, rooms),
    doctor: doctorHandlers(base, rooms),
    audit: auditHandlers(base, rooms),
  });
}
export type AgentRouter = ReturnType<typeof createRouter>;
