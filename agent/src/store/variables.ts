import { all, one, run, type Db } from "./sql.ts";

/** `sealed` opens with the sealer of secrets/, nothing else. */
export type VariableRow = { serviceId: string; name: string; sealed: Uint8Array; updatedAt: number };

export const listVariables = (db: Db, serviceId: string): VariableRow[] =>
  all<VariableRow>(db, "SELECT * FROM variable WHERE serviceId = ? ORDER BY name", serviceId);

export const findVariable = (db: Db, serviceId: string, name: string): VariableRow | undefined =>
  one<VariableRow>(db, "SELECT * FROM variable WHERE serviceId = ? AND name = ?", serviceId, name);

export const setVariable = (db: Db, serviceId: string, name: string, sealed: Uint8Array): number =>
  run(
    db,
    `INSERT INTO variable (serviceId, name, sealed, updatedAt) VALUES (?, ?, ?, ?)
     ON CONFLICT DO UPDATE SET sealed = excluded.sealed, updatedAt = excluded.updatedAt`,
    serviceId,
    name,
    sealed,
    Date.now(),
  );

export const removeVariable = (db: Db, serviceId: string, name: string): number =>
  run(db, "DELETE FROM variable WHERE serviceId = ? AND name = ?", serviceId, name);
