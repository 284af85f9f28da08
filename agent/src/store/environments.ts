import type { Environment } from "../../contract/index.ts";
import { all, insert, one, run, update, type Db } from "./sql.ts";

export type EnvironmentRow = {
  id: string;
  projectId: string;
  name: string;
  /** CIDR of its network, such as 10.210.3.0/24; null until the network is first needed. */
  subnet: string | null;
  createdAt: number;
  /** Its deletion was committed; the row goes last. */
  deletedAt: number | null;
};

export const createEnvironment = (db: Db, environment: Pick<EnvironmentRow, "id" | "projectId" | "name">) =>
  insert(db, "environment", { ...environment, subnet: null, createdAt: Date.now() });

export const listEnvironments = (db: Db) => all<EnvironmentRow>(db, "SELECT * FROM environment ORDER BY id");
export const findEnvironment = (db: Db, id: string) =>
  one<EnvironmentRow>(db, "SELECT * FROM environment WHERE id = ?", id);
export const findEnvironmentByName = (db: Db, projectId: string, name: string) =>
  one<EnvironmentRow>(db, "SELECT * FROM environment WHERE projectId = ? AND name = ?", projectId, name);
/** By age. */
export const environmentsOf = (db: Db, projectId: string) =>
  all<EnvironmentRow>(db, "SELECT * FROM environment WHERE projectId = ? ORDER BY id", projectId);
export const renameEnvironment = (db: Db, id: string, name: string) => update(db, "environment", id, { name });
export const setSubnet = (db: Db, environmentId: string, subnet: string | null) =>
  update(db, "environment", environmentId, { subnet });
/** From here on it goes, whatever becomes of the job that deletes it. */
export const setEnvironmentDeleted = (db: Db, id: string) => update(db, "environment", id, { deletedAt: Date.now() });
export const deletedEnvironments = (db: Db) => all<EnvironmentRow>(db, "SELECT * FROM environment WHERE deletedAt IS NOT NULL ORDER BY id");
/** Takes its services, variables, releases and deployments along. */
export const deleteEnvironment = (db: Db, id: string) => run(db, "DELETE FROM environment WHERE id = ?", id);

/** Of one project or of all, as the contract shows them: project → its environments by age. */
export function environmentsByProject(db: Db, projectId?: string): Map<string, Environment[]> {
  const select = `SELECT id, projectId, name, createdAt, (SELECT count(*) FROM service WHERE service.environmentId = environment.id) AS serviceCount,
    (SELECT count(*) FROM staged WHERE staged.environmentId = environment.id) AS stagedCount FROM environment`;
  const rows: (Environment & { projectId: string })[] = projectId === undefined ? all(db, `${select} ORDER BY id`) : all(db, `${select} WHERE projectId = ? ORDER BY id`, projectId);
  const found = new Map<string, Environment[]>();
  for (const { projectId: of, ...environment } of rows) found.set(of, [...(found.get(of) ?? []), environment]);
  return found;
}
