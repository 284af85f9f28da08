import type { Change } from "@aeroplane/agent/contract";
import type { Server } from "../../contract/index.ts";
import { useEffect } from "react";
import { client } from "../link.ts";
import { follow } from "./follow.ts";
import { keys, queries } from "./queries.ts";
import { createRefresh } from "./refresh.ts";
import { answers, servers } from "./servers.ts";

type Batch = { cursor: string; items: Change[]; reset: boolean };

function watch(serverId: string, signal: AbortSignal) {
  const context = { serverId };
  const refresh = createRefresh({
    serverId,
    queries,
    ask: {
      services: async (ids, until) => (await untilAnswering(serverId, until), client.agent.services.getMany({ ids }, { context, signal: until })),
      job: async (id, until) => (await untilAnswering(serverId, until), client.agent.jobs.get({ id }, { context, signal: until })),
    },
    signal,
  });
  void follow<Batch>({
    async open(after) {
      await untilAnswering(serverId, signal);
      const batches = await client.agent.changes.watch({ after }, { context, signal });
      if (after === undefined) void queries.invalidateQueries({ queryKey: keys.server(serverId) });
      return batches;
    },
    onBatch({ items, reset }) {
      if (reset) refresh.reset();
      refresh.changed(items);
    },
    // What changed meanwhile comes by itself; what could not be asked meanwhile does not.
    onResumed: () => void queries.refetchQueries({ queryKey: keys.server(serverId), predicate: ({ state }) => state.status === "error" }),
    signal,
  });
}

/** Asking a server that is away would only be refused. */
function untilAnswering(serverId: string, signal: AbortSignal): Promise<void> {
  const isAnswering = () => {
    const server = servers.get()?.find(({ id }) => id === serverId);
    return server !== undefined && answers(server);
  };
  return new Promise((resolve) => {
    const end = () => {
      if (!signal.aborted && !isAnswering()) return;
      stop();
      signal.removeEventListener("abort", end);
      resolve();
    };
    const stop = servers.subscribe(end);
    signal.addEventListener("abort", end);
    end();
  });
}

/** Keeps every answer of a server fresh while it is looked at, over every cut. */
export function useChanges(server: Server | undefined) {
  const id = server?.id;
  useEffect(() => {
    if (!id) return;
    const ended = new AbortController();
    watch(id, ended.signal);
    return () => ended.abort();
  }, [id]);
}
