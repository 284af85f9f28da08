import { fail, names, readDotenv, type VariablesTaken } from "../../contract/index.ts";
import { mustFindEnvironment, mustFindService, refuseWhileDeleting } from "../api/find.ts";
import { whoAsks } from "../api/who.ts";
import { subjectOf, writeEvent } from "../audit/index.ts";
import { placeOf } from "../changes/changes.ts";
import type { Core } from "../core.ts";
import { refuseUnreadable, settleStaged, stageEdits, tellStaged } from "../staged/index.ts";
import { listVariables, ofEnvironment, ofService, transaction, type RawTicketRow } from "../store/index.ts";
import { sealAll, tellVariables, writeVariables } from "../variables/index.ts";
import type { Upload } from "./purposes.ts";

/** Whose variables a file is to set. */
export type VariablesOf = { environmentId: string; serviceId: string | null; /** They wait for a Deploy. */ stage?: boolean };

/** Kept in memory until it is whole: what is in it is on no disk unsealed. */
export function variablesFile(core: Core, ticket: RawTicketRow): Upload {
  const bytes = Buffer.alloc(ticket.size);
  const about = JSON.parse(ticket.about) as VariablesOf;
  return {
    sink: {
      async write(chunk, at) {
        bytes.set(chunk, at);
      },
    },
    async finish(commit) {
      try {
        return await apply(core, ticket, about, read(bytes), commit);
      } finally {
        bytes.fill(0);
      }
    },
  };
}

/** Never with what stands in a line: it is a secret. */
const unreadable = (line: number, why: string) => fail("VARIABLES_FILE_UNREADABLE", { line, why });

function read(bytes: Buffer): Record<string, string> {
  const text = bytes.toString("utf8").replace(/^\uFEFF/, "");
  if (text.includes("\uFFFD")) throw unreadable(text.slice(0, text.indexOf("\uFFFD")).split("\n").length, "is not UTF-8");
  const { set, refused } = readDotenv(text);
  if (refused[0]) throw unreadable(refused[0].line, "is no NAME=value");
  const checked = names.variables.safeParse(set);
  if (!checked.success) {
    const { path, message } = checked.error.issues[0]!;
    throw fail("INVALID_INPUT", { field: String(path[0] ?? "The file").slice(0, 128), why: message });
  }
  if (Object.keys(set).length === 0) throw fail("INVALID_INPUT", { field: "The file", why: "it names no variable" });
  return checked.data;
}

/** All of it or nothing, with its line in the audit trail. */
async function apply(core: Core, ticket: RawTicketRow, about: VariablesOf, set: Record<string, string>, commit: (result: unknown) => void): Promise<VariablesTaken> {
  const { db, sealer } = core;
  const scope = about.serviceId === null ? ofEnvironment(about.environmentId) : ofService(about.serviceId);
  const sealed = await sealAll(sealer, scope.scope, set);
  const { environmentId, stage = false } = about;
  if (stage) await core.completeDigests();
  const { projectId } = mustFindEnvironment(core, environmentId);
  const place = about.serviceId === null ? { projectId, environmentId, serviceId: null } : placeOf(mustFindService(core, about.serviceId, environmentId));
  refuseWhileDeleting(core, place);
  if (about.serviceId !== null) refuseUnreadable(mustFindService(core, about.serviceId, environmentId), set, () => true);
  let settled = false;
  const taken = transaction(db, () => {
    const before = new Set(listVariables(db, scope).map(({ name }) => name));
    const given = Object.keys(set);
    const replaced = given.filter((name) => before.has(name)).length;
    const result = { names: given, added: given.length - replaced, replaced, staged: stage };
    const { login, desktop, personId } = ticket;
    const { name: person, fingerprint } = whoAsks(db, ticket);
    const who = { login, desktop, personId, person, fingerprint };
    const [by, at] = [person ?? login, core.clock.now()];
    if (stage) stageEdits({ db, scope, environmentId, who: { author: by, at } }, { set: sealed, remove: [], secret: [], settings: {} });
    else writeVariables(db, scope, { set: sealed }, { by, at });
    settled = stage || settleStaged(db, scope, by);
    writeEvent(db, { procedure: "variables.uploaded", who, subject: subjectOf(db, "variables.uploaded", about), about: { ...about, names: given } });
    commit(result);
    return result;
  });
  if (!stage) tellVariables(core, scope, place);
  if (settled) tellStaged(core, { projectId, environmentId }, [scope]);
  return taken;
}
