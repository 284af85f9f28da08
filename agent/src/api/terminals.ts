import { fail } from "../../contract/index.ts";
import { servingInstances } from "../store/index.ts";
import type { Base, Call, Rooms } from "./base.ts";
import { mustFindService } from "./find.ts";
import { stream } from "./stream.ts";

const holderOf = ({ login, personId }: Call) => ({ login, person: personId ?? null });

export function terminalHandlers(base: Base, { core, terminals: room }: Rooms) {
  /** The container of that instance, or of the first that is live. */
  function containerOf(serviceId: string, environmentId: string | undefined, wanted: number | undefined): { container: string; service: string; instance: number } {
    const { liveReleaseId, name: service } = mustFindService(core, serviceId, environmentId);
    if (liveReleaseId === null) throw fail("NOTHING_DEPLOYED", { service });
    const serving = servingInstances(core.db, liveReleaseId);
    const found = wanted === undefined ? (serving.find(({ state }) => state === "live") ?? serving[0]) : serving.find(({ ordinal }) => ordinal === wanted);
    if (!found?.containerId) throw fail("TERMINAL_NOT_RUNNING", { service });
    return { container: found.containerId, service, instance: found.ordinal };
  }
  const { terminals } = base;
  return {
    openServer: terminals.openServer.handler(({ input, context }) => {
      // Whoever has a shell can let others in: taking an access back would no longer take it all.
      if (context.me?.personId) throw fail("TERMINAL_NO_LOGIN", { name: context.me.name ?? "This person" });
      return room.openServer(holderOf(context), context.entityId!, context.login, input);
    }),
    openService: terminals.openService.handler(({ input: { environmentId, serviceId, instance, ...size }, context }) =>
      room.openService(holderOf(context), context.entityId!, { serviceId, ...containerOf(serviceId, environmentId, instance) }, size),
    ),
    list: terminals.list.handler(({ context }) => room.list(holderOf(context))),
    output: terminals.output.handler(async ({ input, context, signal }) => {
      const found = await room.find(holderOf(context), input.id);
      return stream(signal, (until) => found.output(input.after, until));
    }),
    taken: terminals.taken.handler(async ({ input, context }) => {
      (await room.find(holderOf(context), input.id)).taken(input.cursor);
      return {};
    }),
    write: terminals.write.handler(async ({ input, context }) => {
      (await room.find(holderOf(context), input.id)).write(input.writer, input.sequence, Buffer.from(input.data, "base64"));
      return {};
    }),
    resize: terminals.resize.handler(async ({ input, context }) => {
      (await room.find(holderOf(context), input.id)).resize(input.rows, input.columns);
      return {};
    }),
    close: terminals.close.handler(async ({ input, context }) => {
      await room.close(holderOf(context), input.id);
      return {};
    }),
  };
}
