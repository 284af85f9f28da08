import { implement } from "@orpc/server";
import { fail, type Me, type Problem, type ProcedureMeta } from "../../contract/index.ts";
import type { Core } from "../core.ts";
import { toWire } from "./errors.ts";
import type { Caddy } from "../caddy/index.ts";
import type { TerminalRoom } from "../terminals/lazy.ts";
import type { Doctor, Meters, People, Runtime, Storage } from "./needs.ts";
import type { RawRoom } from "../raw/room.ts";
import type { VolumeRoom } from "../volumes/room.ts";
import { mustMay } from "./admit.ts";
import { implementedContract } from "./lines.ts";
import { createRecorder } from "./record.ts";
import type { Caller } from "./who.ts";
import { AGENT_VERSION } from "../version.ts";

/** What a handler knows besides its input: who asks, and the id of whatever the call makes. */
export type Call = Caller & { entityId?: string; me?: Me };

export type Rooms = { core: Core; runtime: Runtime; people: People; meters: Meters; terminals: TerminalRoom; raw: RawRoom; volumes: VolumeRoom; doctor: Doctor; caddy: Pick<Caddy, "ensure">; storage: Storage };

/** The contract with the three things that hold for every procedure: typed failures, the role it needs, and a record of every mutation. */
export function createBase({ core }: Pick<Rooms, "core">) {
  const record = createRecorder(core);
  return implement(implementedContract)
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
    // The door has asked before it read the body; this holds also for whoever comes by another one.
    .use(({ next, path, procedure, context }) => next({ context: { me: mustMay(core, context, path.join("."), procedure["~orpc"].meta as ProcedureMeta) } }))
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
