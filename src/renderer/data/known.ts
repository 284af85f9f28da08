import { queryOptions, useQuery } from "@tanstack/react-query";
import type { Service } from "@aeroplane/agent/contract";
import type { KnownState, Server } from "../../contract/index.ts";
import { client } from "../link.ts";
import { keys, queries } from "./queries.ts";

const recalling = (serverId: string) =>
  queryOptions({
    queryKey: ["known", serverId],
    queryFn: async ({ signal }) => {
      const state = await client.known.get({ id: serverId }, { signal });
      if (state) seed(serverId, state);
      return state?.at ?? null;
    },
    retry: false,
  });

/** Puts what a server last said on the screen until it says something itself; answers whether that was looked up. */
export const useLastState = (server: Server): boolean => !useQuery(recalling(server.id)).isPending;

/** Asked for beside the list of servers: a window that opens shows both at once. */
export const recall = (serverId: string) => void queries.prefetchQuery(recalling(serverId));

/** What came of it before anything was asked. */
export function remember(serverId: string, state: KnownState): void {
  if (queries.getQueryData(["known", serverId]) !== undefined) return;
  seed(serverId, state);
  queries.setQueryData(["known", serverId], state.at);
}

/** What the server holds as far as it is known here, also where it is away; null where nothing is. */
export function useHeld(server: Server): { words: string; services: string[] } | null {
  const { data } = useQuery({ queryKey: ["held", server.id], queryFn: async ({ signal }) => (await client.known.get({ id: server.id }, { signal })) ?? null, retry: false, staleTime: 0 });
  if (!data) return null;
  const { projects, services } = data;
  const counted = (count: number, one: string) => `${count} ${count === 1 ? one : `${one}s`}`;
  return { words: `${counted(projects.length, "project")}, ${counted(services.length, "service")}`, services: services.map(({ name }) => name) };
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
  put(keys.everyService(serverId), services);
  put(keys.projects(serverId), projects);
  if (status) put(keys.status(serverId), status);
}
