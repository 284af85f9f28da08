import { fail, type Environment } from "../../contract/index.ts";
import type { Place } from "../changes/changes.ts";
import { stagedWords } from "../staged/index.ts";
import { countStagedIn, createEnvironment, environmentsByProject, environmentsOf, findEnvironment, findEnvironmentByName, listVariables, ofEnvironment } from "../store/index.ts";
import { renameEnvironment, servicesOfEnvironment, type EnvironmentRow } from "../store/index.ts";
import { volumesGoWords } from "../volumes/words.ts";
import type { Base, Rooms } from "./base.ts";
import { begin } from "./begin.ts";
import { mustFindEnvironment, mustFindProject, refuseWhileDeleting } from "./find.ts";
import type { Views } from "./views.ts";

/** Each has a block of addresses of its own, and every pass of the reconcile loop looks at all of them. */
const MOST_OF_PROJECT = 20;

/** "The service web: 2 containers · the data in /data · 3 variables". */
function inOneLine(name: string, goes: readonly string[]): string {
  const words = goes.map((line) => line.charAt(0).toLowerCase() + line.slice(1));
  return words.length === 0 ? `The service ${name}` : `The service ${name}: ${words.join(" · ")}`;
}

export function environmentHandlers(base: Base, { core, runtime }: Rooms, views: Views) {
  const { db, jobs, changes } = core;
  const placeOf = ({ id, projectId }: Pick<EnvironmentRow, "id" | "projectId">): Place => ({ projectId, environmentId: id, serviceId: null });
  const changed = (environment: EnvironmentRow) => changes.emit({ entity: "environment", id: environment.id, ...placeOf(environment) });
  const shown = ({ id, projectId }: EnvironmentRow): Environment => environmentsByProject(db, projectId).get(projectId)!.find((one) => one.id === id)!;

  function refuseTaken(projectId: string, name: string, ownId: string) {
    const other = findEnvironmentByName(db, projectId, name);
    if (other && other.id !== ownId) throw fail("NAME_TAKEN", { name, what: "environment of this project" });
  }
  /** One of them stays. */
  function refuseLast({ id, projectId, name }: EnvironmentRow) {
    const others = environmentsOf(db, projectId).filter((other) => other.id !== id && other.deletedAt === null && jobs.deleting(placeOf(other)) === undefined);
    if (others.length === 0) throw fail("LAST_ENVIRONMENT", { environment: name, project: mustFindProject(core, projectId).name });
  }

  return {
    list: base.environments.list.handler(({ input }) => {
      mustFindProject(core, input.projectId);
      return environmentsByProject(db, input.projectId).get(input.projectId) ?? [];
    }),

    create: base.environments.create.handler(({ input, context }) => {
      const id = context.entityId!;
      const { projectId, name } = input;
      const project = mustFindProject(core, projectId);
      if (!findEnvironment(db, id)) {
        refuseWhileDeleting(core, { projectId, environmentId: null, serviceId: null });
        refuseTaken(projectId, name, id);
        const count = environmentsOf(db, projectId).length;
        if (count >= MOST_OF_PROJECT) throw fail("ENVIRONMENTS_TOO_MANY", { project: project.name, count });
        createEnvironment(db, { id, projectId, name });
      }
      const made = mustFindEnvironment(core, id);
      changed(made);
      return shown(made);
    }),

    rename: base.environments.rename.handler(({ input }) => {
      const environment = mustFindEnvironment(core, input.id);
      refuseWhileDeleting(core, placeOf(environment));
      refuseTaken(environment.projectId, input.name, environment.id);
      renameEnvironment(db, environment.id, input.name);
      changed(environment);
      return shown(environment);
    }),

    deletion: base.environments.deletion.handler(async ({ input }) => {
      const environment = mustFindEnvironment(core, input.id);
      const services = servicesOfEnvironment(db, environment.id);
      const shared = listVariables(db, ofEnvironment(environment.id)).length;
      const each = await Promise.all(services.map(async (service) => inOneLine(service.name, await runtime.deletion(service))));
      const volumes = volumesGoWords(db, environment.id);
      return {
        goes: [
          ...each,
          ...(shared === 0 ? [] : [shared === 1 ? "1 shared variable" : `${shared} shared variables`]),
          ...volumes,
          ...stagedWords(countStagedIn(db, environment.id)),
          ...(environment.subnet === null ? [] : [`Its private network ${environment.subnet}`]),
        ],
        outlive: volumes,
      };
    }),

    delete: base.environments.delete.handler(({ input, context }) => {
      const job = begin(core, context.entityId!, () => {
        const environment = mustFindEnvironment(core, input.id);
        if (input.confirm !== environment.name) throw fail("CONFIRMATION_MISMATCH", { typed: input.confirm, name: environment.name });
        const already = jobs.deleting(placeOf(environment));
        if (already) return already;
        refuseLast(environment);
        const subject = `${mustFindProject(core, environment.projectId).name} / ${environment.name}`;
        return { job: { kind: "delete-environment", subject, projectId: environment.projectId, environmentId: environment.id } };
      });
      return { job: views.job(job) };
    }),
  };
}
