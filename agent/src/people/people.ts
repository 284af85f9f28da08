import { describe, fail, Failure, PEOPLE_LOGIN, type Admission, type Person, type Problem, type Role } from "../../contract/index.ts";
import { NOWHERE } from "../changes/changes.ts";
import type { Core } from "../core.ts";
import {
  createPerson,
  findPerson,
  findPersonByKey,
  listPeople,
  revokePerson,
  setPersonRole,
  type PersonRow,
} from "../store/index.ts";
import { ensureAccount, removeAccount } from "./account.ts";
import { removeBridge, writeAdmissions, writeBridge } from "./files.ts";
import { fingerprintOf, hostKeys } from "./keys.ts";
import { sshdProblems } from "./sshd.ts";

/** The connections of people; opened with the first of them. */
export type PeopleDoor = { open(account: { uid: number; gid: number }): Promise<void>; closeAll(personId: string, revoked: boolean): void };
export type People = ReturnType<typeof createPeople>;

/** Who may come in with which role: the store says it, login and keys are derived from it. */
export function createPeople(
  { db, config, paths, changes, note }: Pick<Core, "db" | "config" | "paths" | "changes" | "note">,
  /** What a person had opened that outlives a connection. */
  endWorkOf: (personId: string) => void = () => {},
) {
  let door: PeopleDoor | undefined;

  const view = ({ id, name, role, fingerprint, publicKey, createdAt, lastSeenAt }: PersonRow): Person => {
    return { id, name, role, fingerprint, keyType: publicKey.split(" ")[0]!, createdAt, lastSeenAt };
  };
  const changed = (id: string) => changes.emit({ entity: "person", id, ...NOWHERE });

  function mustFind(id: string): PersonRow {
    const found = findPerson(db, id);
    if (!found) throw fail("NOT_FOUND", { what: "person", id });
    return found;
  }

  function unavailable(): Problem | null {
    if (config.people) return null;
    return describe("PEOPLE_UNAVAILABLE", { why: "its agent does not run as root, so it cannot make a login for them", fix: "Prepare the server as root or with sudo, then invite them." });
  }

  /** Brings login, keys and door in line with the store. */
  async function apply(): Promise<void> {
    const { people } = config;
    if (!people) return;
    const account = await ensureAccount(people.login, paths.people);
    writeAdmissions(paths.people, people, account, listPeople(db));
    await door?.open(account);
  }

  return {
    /** Before the agent says that it is ready: what an upgrade moved is put right, and a change that a crash cut off is finished. */
    async start(peopleDoor: PeopleDoor): Promise<void> {
      door = peopleDoor;
      if (!config.people) return;
      try {
        writeBridge(config.people.bridge);
        if (listPeople(db).length > 0) await apply();
      } catch (error) {
        // Owners come in by their own sockets: the server must not be lost over this.
        note("people cannot come in", { detail: error instanceof Error ? error.message : String(error) });
      }
    },

    async list(): Promise<Admission> {
      const refused = unavailable();
      const problems = refused ? [refused] : await sshdProblems(config.people!.login);
      return { people: listPeople(db).map(view), login: config.people?.login ?? PEOPLE_LOGIN, hostKeys: hostKeys(), problems };
    },

    async invite(id: string, { name, role, publicKey }: { name: string; role: Role; publicKey: string }): Promise<Person> {
      const refused = unavailable();
      if (refused) throw new Failure(refused);
      await ensureAccount(config.people!.login, paths.people);
      const fingerprint = fingerprintOf(publicKey);
      const holder = findPersonByKey(db, fingerprint);
      if (holder && holder.id !== id) throw fail("KEY_TAKEN", { fingerprint, name: holder.name });
      if (!findPerson(db, id)) createPerson(db, { id, name, role, publicKey, fingerprint });
      await apply();
      changed(id);
      return view(mustFind(id));
    },

    changeRole(id: string, role: Role): Person {
      const before = mustFind(id);
      setPersonRole(db, id, role);
      // What is open was opened with the old role.
      if (before.role !== role) {
        door?.closeAll(id, false);
        endWorkOf(id);
      }
      changed(id);
      return view(mustFind(id));
    },

    async revoke(id: string): Promise<Person> {
      const person = mustFind(id);
      revokePerson(db, id);
      door?.closeAll(id, true);
      endWorkOf(id);
      changed(id);
      // The store already refuses them; the file is what keeps them from signing in.
      await apply();
      return view(person);
    },

    /** Takes back what stands outside DATA_DIR. */
    async purge(): Promise<void> {
      if (process.getuid?.() !== 0) return;
      await removeAccount(paths.people);
      if (config.people) removeBridge(config.people.bridge);
    },
  };
}
