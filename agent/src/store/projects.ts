import { v7 as uuid } from "uuid";
import type { Project } from "../../contract/index.ts";
import { createEnvironment, environmentsByProject } from "./environments.ts";
import { all, insert, one, run, transaction, update, type Db } from "./sql.ts";

/** `deletedAt`: its deletion was committed; the row goes last. */
export type ProjectRow = { id: string; name: string; createdAt: number; deletedAt: number | null };

const FIRST = "production";

/** With its first environment. */
export function createProject(db: Db, project: { id: string; name: string }): void {
  const now = Date.now();
  transaction(db, () => {
    insert(db, "project", { ...project, createdAt: now });
    createEnvironment(db, { id: uuid(), projectId: project.id, name: FIRST });
  });
}

export const findProject = (db: Db, id: string) => one<ProjectRow>(db, "SELECT * FROM project WHERE id = ?", id);
export const findProjectByName = (db: Db, name: string) =>
  one<ProjectRow>(db, "SELECT * FROM project WHERE name = ?", name);
export const renameProject = (db: Db, id: string, name: string) => update(db, "project", id, { name });
/** From here on it goes, whatever becomes of the job that deletes it. */
export const setProjectDeleted = (db: Db, id: string) => update(db, "project", id, { deletedAt: Date.now() });
export const deletedProjects = (db: Db) => all<ProjectRow>(db, "SELECT * FROM project WHERE deletedAt IS NOT NULL ORDER BY id");
/** Takes its environments, services, variables, releases and deployments along. */
export const deleteProject = (db: Db, id: string) => run(db, "DELETE FROM project WHERE id = ?", id);

export function listProjects(db: Db, only?: string): Project[] {
  const rows =
    only === undefined
      ? all<ProjectRow>(db, "SELECT * FROM project ORDER BY id")
      : all<ProjectRow>(db, "SELECT * FROM project WHERE id = ?", only);
  const environments = environmentsByProject(db, only);
  return rows.map(({ id, name, createdAt }) => {
    const own = environments.get(id) ?? [];
    return { id, name, createdAt, environments: own, serviceCount: own.reduce((sum, { serviceCount }) => sum + serviceCount, 0) };
  });
}
