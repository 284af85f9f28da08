import type { Role } from "../../contract/index.ts";
import { all, insert, one, run, update, type Db } from "./sql.ts";

export type PersonRow = {
  id: string;
  name: string;
  role: Role;
  /** Type and base64, as in an authorized_keys file. */
  publicKey: string;
  fingerprint: string;
  createdAt: number;
  lastSeenAt: number | null;
};

const ADMITTED = "SELECT id, name, role, publicKey, fingerprint, createdAt, lastSeenAt FROM person WHERE revokedAt IS NULL";

export const createPerson = (db: Db, person: Pick<PersonRow, "id" | "name" | "role" | "publicKey" | "fingerprint">) =>
  insert(db, "person", { ...person, createdAt: Date.now() });

/** Those who may come in; revoked ones stay in the store for the audit trail alone. */
export const listPeople = (db: Db) => all<PersonRow>(db, `${ADMITTED} ORDER BY id`);
export const findPerson = (db: Db, id: string) => one<PersonRow>(db, `${ADMITTED} AND id = ?`, id);
export const findPersonByKey = (db: Db, fingerprint: string) => one<PersonRow>(db, `${ADMITTED} AND fingerprint = ?`, fingerprint);

export const setPersonRole = (db: Db, id: string, role: Role) => update(db, "person", id, { role });
export const markPersonSeen = (db: Db, id: string) => update(db, "person", id, { lastSeenAt: Date.now() });
export const revokePerson = (db: Db, id: string) =>
  run(db, "UPDATE person SET revokedAt = ? WHERE id = ? AND revokedAt IS NULL", Date.now(), id);
