import { agentContract, fail, type Me, type ProcedureMeta } from "../../contract/index.ts";
import { writeAudit } from "../audit/index.ts";
import type { Core } from "../core.ts";
import { audited } from "./record.ts";
import { mayAct, whoAsks, type Caller } from "./who.ts";

/** ROLE_REFUSED, kept in the audit trail where something would have been changed. */
export function mustMay(core: Core, caller: Caller, procedure: string, { role: needed, mutation }: ProcedureMeta): Me {
  const { fingerprint: _, ...me } = whoAsks(core.db, caller);
  // Also where a procedure says nothing of itself: then nobody may.
  if (needed !== undefined && mayAct(me.role, needed)) return me;
  // Without what was asked, so that knocking in vain cannot fill the disk.
  const refused = fail("ROLE_REFUSED", { needed: needed ?? "owner", role: me.role, name: me.name ?? "This login" });
  if (mutation && !core.trial) writeAudit(core.db, { ...audited(core.db, caller), procedure, subject: null, input: null, problem: refused.problem });
  throw refused;
}

const KiB = 1024;

/** Of everybody but the owners by their sockets: a third of what all of them may have at a time. */
export const LARGEST_OF_PEOPLE = 4 * KiB * KiB;

/** What the input of a call may have: bytes. Who may only look has nothing long to say. */
function largestOf({ role, large }: ProcedureMeta, { personId }: Caller): number {
  if (large) return personId == null ? 20 * KiB * KiB : LARGEST_OF_PEOPLE;
  return role === "viewer" ? 16 * KiB : 256 * KiB;
}

export type Admit = (caller: Caller, path: readonly string[]) => { largest: number } | null;

/** Before the body of a call is read: whether who sends it may, and how much it may be. Null: there is no such procedure. */
export function createAdmission(core: Core): Admit {
  return (caller, path) => {
    const found = path.reduce<unknown>((at, key) => (typeof at === "object" && at !== null && Object.hasOwn(at, key) ? (at as Record<string, unknown>)[key] : undefined), agentContract);
    const meta = (found as { "~orpc"?: { meta: ProcedureMeta } } | undefined)?.["~orpc"]?.meta;
    if (meta === undefined) return null;
    mustMay(core, caller, path.join("."), meta);
    return { largest: largestOf(meta, caller) };
  };
}
