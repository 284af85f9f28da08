import { useQuery } from "@tanstack/react-query";
import type { Service } from "@aeroplane/agent/contract";
import type { KnownState, Server } from "../../contract/index.ts";
import { client } from "../link.ts";
import { keys, queries } from "./queries.ts";

/** Puts what a server last said on the screen until it says something itself; answers whether that was looked up. */
export function useLastState(server: Server): boolean {
  const recalled = useQuery({
    queryKey: ["known", server.id],
    queryFn: async ({ signal }) => {
      const state = await client.known.get({ id: server.id }, { signal });
      if (state) seed(server.id, state);
      return state?.at ?? null;
    },
    retry: false,
  });
  return !recalled.isPending;
}

/** Never over an answer of this session; and old from the start, so that it is asked for as soon as the server answers. */
function seed(serverId: string, { at, projects, services, status }: KnownState): void {
  const put = (queryKey: readonly unknown[], data: unknown) => {
    if (queries.getQueryData(queryKey) !== undefined) return;
    queries.setQueryData(queryKey, data, { updatedAt: at });
    void queries.invalidateQueries({ queryKey });
  };
  const of = new Map(projects.flatMap(({ environments }) => environments.map(({ id }): [string, Service[]] => [id, []])));
  for (const service of services) of.get(service.environmentId)?.push(service);
  for (const [environmentId, list] of of) put(keys.services(serverId, environmentId), list);
  put(keys.projects(serverId), projects);
  if (status) put(keys.status(serverId), status);
}
