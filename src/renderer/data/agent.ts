import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import type { Job, Service } from "@aeroplane/agent/contract";
import { everyPage, type Server } from "../../contract/index.ts";
import { client } from "../link.ts";
import { hasEnded } from "./jobs.ts";
import { keys } from "./queries.ts";
import { answers } from "./servers.ts";

function useAsk<T>(server: Server, queryKey: readonly unknown[], ask: (signal: AbortSignal) => Promise<T>, interval?: number) {
  return useQuery({
    queryKey,
    queryFn: ({ signal }) => ask(signal),
    // A server that is away keeps what was last known; it is asked again when it is back.
    enabled: answers(server),
    refetchInterval: interval ?? false,
  });
}

const to = (server: Server, signal: AbortSignal) => ({ context: { serverId: server.id }, signal });

export const useProjects = (server: Server) =>
  useAsk(server, keys.projects(server.id), (signal) => client.agent.projects.list({}, to(server, signal)));

export const useServices = (server: Server, projectId: string) =>
  useAsk(server, keys.services(server.id, projectId), (signal) =>
    everyPage((page) => client.agent.services.list({ projectId, ...page }, to(server, signal))),
  );

/** Newest first, a hundred at a time. */
export function useDeployments(server: Server, serviceId: string) {
  return useInfiniteQuery({
    queryKey: keys.deployments(server.id, serviceId),
    queryFn: ({ signal, pageParam }) => client.agent.deployments.list({ serviceId, before: pageParam }, to(server, signal)),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => (page.length === 100 ? page.at(-1)!.id : undefined),
    select: ({ pages }) => pages.flat(),
    enabled: answers(server),
  });
}

export const useVariables = (server: Server, serviceId: string) =>
  useAsk(server, keys.variables(server.id, serviceId), (signal) =>
    client.agent.variables.list({ serviceId }, to(server, signal)),
  );

export const useDeletion = (server: Server, serviceId: string) =>
  useAsk(server, keys.deletion(server.id, serviceId), (signal) =>
    client.agent.services.deletion({ id: serviceId }, to(server, signal)),
  );

/** Who may come in besides the host's own logins. */
export const usePeople = (server: Server) =>
  useAsk(server, keys.people(server.id), (signal) => client.agent.people.list({}, to(server, signal)));

export const useJobs = (server: Server) =>
  useAsk(server, keys.jobs(server.id), (signal) => client.agent.jobs.list({}, to(server, signal)));

/** Meters move by themselves: the one thing that is asked for again and again, and rarely. */
export const useStatus = (server: Server) =>
  useAsk(server, keys.status(server.id), (signal) => client.agent.instance.status({}, to(server, signal)), 15_000);

/** An act on the agent; what it may have changed is asked for again when it has ended. */
export function useAct<Input, Output>(server: Server, act: (input: Input, options: { context: { serverId: string } }) => Promise<Output>) {
  const cache = useQueryClient();
  return useMutation({
    mutationFn: (input: Input) => act(input, { context: { serverId: server.id } }),
    onSettled: () => cache.invalidateQueries({ queryKey: keys.server(server.id) }),
  });
}

/** Neither ended nor paused: something happens, or is about to. */
export const isRunning = (job: Job) => !hasEnded(job) && job.state !== "paused";

/** The deployment of a service that still runs. */
export function runningDeployment(service: Service) {
  const last = service.lastDeployment;
  return last && !hasEnded(last) ? last : null;
}
