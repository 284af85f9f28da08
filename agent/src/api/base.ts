import { implement } from "@orpc/server";
import { agentContract, fail, type Me, type Problem, type ProcedureMeta } from "../../contract/index.ts";
import { writeAudit } from "../audit/index.ts";
import type { Core } from "../core.ts";
import { toWire } from "./errors.ts";
import type { TerminalRoom } from "../terminals/lazy.ts";
import type { Doctor, Meters, People, Runtime } from "./needs.ts";
import { audited, createRecorder } from "./record.ts";
import { mayAct, whoAsks, type Caller } from "./who.ts";
import { AGENT_VERSION } from "../version.ts";

/** What a handler knows besides its input: who asks, and the id of whatever the call makes. */
export type Call = Caller & { entityId?: string; me?: Me };

export type Rooms = { core: Core; runtime: Runtime; people: People; meters: Meters; terminals: TerminalRoom; doctor: Doctor };

/** The contract with the three things that hold for every procedure: typed failures, the role it needs, and a record of every mutation. */
export function createBase({ core }: Pick<Rooms, "core">) {
  const record = createRecorder(core);
  return implement(agentContract)
    .$context<Call>()
    .use(async ({ next, path }) => {
      try {
        return await next();
      } catch (error) {
        const wire = toWire(error);
        if (wire.code === "UNEXPECTED") core.note("call failed", { procedure: path.join("."), detail: (wire.data as Problem).detail });
        throw wire;
      }
    })
    .use(async ({ next, path, procedure, context }) => {
      const { role: needed, mutation } = procedure["~orpc"].meta as ProcedureMeta;
      const { fingerprint: _, ...me } = whoAsks(core.db, context);
      // Also where a procedure says nothing of itself: then nobody may.
      if (needed !== undefined && mayAct(me.role, needed)) return next({ context: { me } });
      // Without what was asked, so that knocking in vain cannot fill the disk.
      const refused = fail("ROLE_REFUSED", { needed: needed ?? "owner", role: me.role, name: me.name ?? "This login" });
      if (mutation && !core.trial) writeAudit(core.db, { ...audited(core.db, context), procedure: path.join("."), subject: null, input: null, problem: refused.problem });
      throw refused;
    })
    .use(async ({ next, path, procedure, context }, input, output) => {
      if ((procedure["~orpc"].meta as ProcedureMeta).mutation !== true) return next();
      if (core.trial) throw fail("STORE_IN_TRIAL", { version: AGENT_VERSION });
      const answer = await record(context, path.join("."), input, async (entityId) => {
        const done = await next({ context: { entityId } });
        return done.output;
      });
      return output(answer) as never;
    });
}
export type Base = ReturnType<typeof createBase>;
