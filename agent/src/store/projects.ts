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
export type ProjectRow = { id: string; name: string; createdAt: number };

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
  return rows.map(({ environmentId, environmentName, ...row }) => ({
    ...row,
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
