import type { Change } from "@aeroplane/agent/contract";
import type { Server } from "../../contract/index.ts";
import { useEffect } from "react";
import { client } from "../link.ts";
import { follow } from "./follow.ts";
import { keys, queries } from "./queries.ts";
import { answers, servers } from "./servers.ts";

/** Which answers a change makes old. */
export function touched(serverId: string, change: Change): (readonly unknown[])[] {
  const services = change.environmentId ? keys.services(serverId, change.environmentId) : keys.allServices(serverId);
  switch (change.entity) {
    case "project":
    case "environment":
      return [keys.projects(serverId), services];
    case "service":
      return [keys.projects(serverId), services];
    case "deployment":
      return [services, ...(change.serviceId ? [keys.deployments(serverId, change.serviceId)] : [])];
    case "variables":
      return [services, keys.variables(serverId, change.id)];
    case "job":
      return [keys.jobs(serverId)];
    case "person":
      return [keys.people(serverId)];
    case "host":
      return [keys.status(serverId)];
    case "audit":
      return [keys.audit(serverId)];
    default:
      // Of a newer agent: what it touches is not known, so what a page mostly shows is asked for again.
      return [keys.projects(serverId), services, keys.jobs(serverId)];
  }
}

type Batch = { cursor: string; items: Change[]; reset: boolean };

function watch(serverId: string, signal: AbortSignal) {
  // Batches are gathered for a moment: a build announces itself many times a second.
  const waiting = new Map<string, readonly unknown[]>();
  let timer: ReturnType<typeof setTimeout> | undefined;
  const flush = () => {
    timer = undefined;
    const old = [...waiting.values()];
    waiting.clear();
    for (const queryKey of old) void queries.invalidateQueries({ queryKey });
  };
  void follow<Batch>({
    async open(after) {
      await untilAnswering(serverId, signal);
      const batches = await client.agent.changes.watch({ after }, { context: { serverId }, signal });
      if (after === undefined) void queries.invalidateQueries({ queryKey: keys.server(serverId) });
      return batches;
    },
    onBatch(batch) {
      if (batch.reset) waiting.set("all", keys.server(serverId));
      for (const change of batch.items) {
        for (const key of touched(serverId, change)) waiting.set(key.join(), key);
      }
      timer ??= setTimeout(flush, 120);
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
