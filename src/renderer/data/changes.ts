import type { Change } from "@aeroplane/agent/contract";
import type { Server } from "../../contract/index.ts";
import { useEffect } from "react";
import { client } from "../link.ts";
import { keys, queries } from "./queries.ts";

/** Which answers a change makes old. */
export function touched(serverId: string, change: Change): (readonly unknown[])[] {
  const services = change.projectId ? keys.services(serverId, change.projectId) : keys.allServices(serverId);
  switch (change.entity) {
    case "project":
      return [keys.projects(serverId), services];
    case "service":
      return [keys.projects(serverId), services];
    case "deployment":
      return [services, ...(change.serviceId ? [keys.deployments(serverId, change.serviceId)] : [])];
    case "variables":
      return [services, ...(change.serviceId ? [keys.variables(serverId, change.serviceId)] : [])];
    case "job":
      return [keys.jobs(serverId)];
    case "person":
      return [keys.people(serverId)];
    case "host":
      return [keys.status(serverId)];
  }
}

async function follow(serverId: string, signal: AbortSignal) {
  let after: string | undefined;
  // Batches are gathered for a moment: a build announces itself many times a second.
  const waiting = new Map<string, readonly unknown[]>();
  let timer: ReturnType<typeof setTimeout> | undefined;
  const flush = () => {
    timer = undefined;
    const old = [...waiting.values()];
    waiting.clear();
    for (const queryKey of old) void queries.invalidateQueries({ queryKey });
  };
  while (!signal.aborted) {
    try {
      const batches = await client.agent.changes.watch({ after }, { context: { serverId }, signal });
      if (!after) void queries.invalidateQueries({ queryKey: keys.server(serverId) });
      for await (const batch of batches) {
        after = batch.cursor;
        if (batch.reset) waiting.set("all", keys.server(serverId));
        for (const change of batch.items) {
          for (const key of touched(serverId, change)) waiting.set(key.join(), key);
        }
        timer ??= setTimeout(flush, 120);
      }
    } catch {
      // The server's state machine says what is wrong; here it is only asked again.
    }
    if (!signal.aborted) await new Promise((resolve) => setTimeout(resolve, 1000));
  }
}

/** Keeps every answer of a server fresh while it is looked at. */
export function useChanges(server: Server | undefined) {
  const ready = server?.connection.state === "ready" || server?.connection.state === "silent";
  const id = server?.id;
  useEffect(() => {
    if (!id || !ready) return;
    const ended = new AbortController();
    void follow(id, ended.signal);
    return () => ended.abort();
  }, [id, ready]);
}
