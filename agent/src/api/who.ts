import { fail, ROLES, type Me, type Role } from "../../contract/index.ts";
import { findPerson, type Db } from "../store/index.ts";

export type Caller = {
  login: string | null;
  desktop: string | null;
  key: string | null;
  /** Who of the people came over the login that they share; null: an owner by a login of their own. */
  personId?: string | null;
  /** The SSH key that an owner's desktop says it used. */
  claimedKey?: string | null;
};

/** Who asks, from the store at this moment: a role that was changed or taken counts from the next call on. */
export function whoAsks(db: Db, { personId }: Pick<Caller, "personId">): Me & { role: Role; fingerprint: string | null } {
  if (personId === undefined || personId === null) return { role: "owner", name: null, personId: null, fingerprint: null };
  const person = findPerson(db, personId);
  if (!person) throw fail("ACCESS_REVOKED", {});
  return { role: person.role, name: person.name, personId: person.id, fingerprint: person.fingerprint };
}

export const mayAct = (role: Role, needed: Role): boolean => ROLES.indexOf(role) >= ROLES.indexOf(needed);
