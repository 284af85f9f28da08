import { v7 as uuid } from "uuid";
import type { Project } from "../../contract/index.ts";
import { all, insert, one, run, transaction, update, type Db } from "./sql.ts";

export type EnvironmentRow = {
  id: string;
  projectId: string;
  name: string;
  /** CIDR of its network, such as 10.210.3.0/24; null until the network is first needed. */
  subnet: string | null;
  createdAt: number;
};
/** `deletedAt`: its deletion was committed; the row goes last. */
export type ProjectRow = { id: string; name: string; createdAt: number; deletedAt: number | null };

/** With the one environment that every project has. */
export function createProject(db: Db, project: { id: string; name: string }): void {
  const now = Date.now();
  transaction(db, () => {
    insert(db, "project", { ...project, createdAt: now });
    insert(db, "environment", { id: uuid(), projectId: project.id, name: "production", subnet: null, createdAt: now });
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
  const rows = all<ProjectRow & { environmentId: string; environmentName: string; serviceCount: number }>(
    db,
    `SELECT project.*, environment.id AS environmentId, environment.name AS environmentName,
       (SELECT count(*) FROM service WHERE service.projectId = project.id) AS serviceCount
     FROM project JOIN environment ON environment.projectId = project.id
     WHERE ? IS NULL OR project.id = ? ORDER BY project.id`,
    only ?? null,
    only ?? null,
  );
  return rows.map(({ id, name, createdAt, serviceCount, environmentId, environmentName }) => ({
    id,
    name,
    createdAt,
    serviceCount,
    environment: { id: environmentId, name: environmentName },
  }));
}

export const listEnvironments = (db: Db) => all<EnvironmentRow>(db, "SELECT * FROM environment ORDER BY id");
export const findEnvironment = (db: Db, id: string) =>
  one<EnvironmentRow>(db, "SELECT * FROM environment WHERE id = ?", id);
export const environmentsOf = (db: Db, projectId: string) =>
  all<EnvironmentRow>(db, "SELECT * FROM environment WHERE projectId = ? ORDER BY id", projectId);
export const setSubnet = (db: Db, environmentId: string, subnet: string | null) =>
  update(db, "environment", environmentId, { subnet });
