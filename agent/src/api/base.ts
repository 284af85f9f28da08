import { implement } from "@orpc/server";
import { v7 as uuid } from "uuid";
import { agentContract, fail, type Problem } from "../../contract/index.ts";
import type { Core } from "../core.ts";
import { toWire } from "./errors.ts";
import type { Meters, Runtime } from "./needs.ts";
import { createRecorder, type Caller } from "./record.ts";
import { AGENT_VERSION } from "../version.ts";

/** What a handler knows besides its input: who asks, and the id of whatever the call makes. */
export type Call = Caller & { entityId?: string };

export type Rooms = { core: Core; runtime: Runtime; meters: Meters };

/** The contract with the two things that hold for every procedure: typed failures, and a record of every mutation. */
export function createBase({ core }: Pick<Rooms, "core">) {
  const record = createRecorder(core.db);
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
    .use(async ({ next, path, procedure, context }, input, output) => {
      if ((procedure["~orpc"].meta as { mutation?: boolean }).mutation !== true) return next({ context: { entityId: uuid() as string } });
      if (core.trial) throw fail("STORE_IN_TRIAL", { version: AGENT_VERSION });
      const answer = await record(context, path.join("."), input, async (entityId) => {
        const done = await next({ context: { entityId } });
        return done.output;
      });
      return output(answer) as never;
    });
}
export type Base = ReturnType<typeof createBase>;
