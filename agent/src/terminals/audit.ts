import { subjectOf, writeEvent } from "../audit/index.ts";
import { findPerson, type Db } from "../store/index.ts";
import type { OnEnded } from "./room.ts";

/** How long a shell was open stands in the trail, also of one that nobody closed. */
export const auditEnd =
  (db: Db): OnEnded =>
  ({ login, person }, { id, target, exitCode }, why) => {
    const found = person === null ? undefined : findPerson(db, person);
    const who = { login, desktop: null, personId: person, person: found?.name ?? null, fingerprint: found?.fingerprint ?? null };
    writeEvent(db, { procedure: "terminal.ended", who, subject: subjectOf(db, "terminal.ended", target), about: { id, why, exitCode } });
  };
