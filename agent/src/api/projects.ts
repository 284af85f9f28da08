import { fail } from "../../contract/index.ts";
import { createProject, findProject, findProjectByName, listProjects, renameProject } from "../store/index.ts";
import type { Base, Rooms } from "./base.ts";
import { begin } from "./begin.ts";
import { mustFindProject } from "./find.ts";
import type { Views } from "./views.ts";

export function projectHandlers(base: Base, { core }: Rooms, views: Views) {
  const { db, jobs, changes } = core;
  const shown = (id: string) => listProjects(db, id)[0]!;
  const changed = (id: string) => changes.emit({ entity: "project", id, projectId: id, environmentId: null, serviceId: null });

  function refuseTaken(name: string, ownId: string) {
    const other = findProjectByName(db, name);
    if (other && other.id !== ownId) throw fail("NAME_TAKEN", { name, what: "project" });
  }

  return {
    list: base.projects.list.handler(() => listProjects(db)),

    create: base.projects.create.handler(({ input, context }) => {
      const id = context.entityId!;
      refuseTaken(input.name, id);
      if (!findProject(db, id)) createProject(db, { id, name: input.name });
      changed(id);
      return shown(id);
    }),

    rename: base.projects.rename.handler(({ input }) => {
      mustFindProject(core, input.id);
      refuseTaken(input.name, input.id);
      renameProject(db, input.id, input.name);
      changed(input.id);
      return shown(input.id);
    }),

    delete: base.projects.delete.handler(({ input, context }) => {
      const job = begin(core, context.entityId!, () => {
        const project = mustFindProject(core, input.id);
        if (input.confirm !== project.name) throw fail("CONFIRMATION_MISMATCH", { typed: input.confirm, name: project.name });
        const already = jobs.deleting({ projectId: project.id, environmentId: null, serviceId: null });
        return already ?? { job: { kind: "delete-project", subject: project.name, projectId: project.id } };
      });
      return { job: views.job(job) };
    }),
  };
}
