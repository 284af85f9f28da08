import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import type { Job, Project, Service } from "@aeroplane/agent/contract";
import { everyPage, type Server } from "../../contract/index.ts";
import { client } from "../link.ts";
import { hasEnded } from "./jobs.ts";
import { keys } from "./queries.ts";
import { answers } from "./servers.ts";

type Asking = { /** Milliseconds after which it is asked again. */ interval?: number; /** Asked anew by whoever shows it. */ fresh?: boolean };

function useAsk<T>(server: Server, queryKey: readonly unknown[], ask: (signal: AbortSignal) => Promise<T>, { interval, fresh }: Asking = {}) {
  return useQuery({
    queryKey,
    queryFn: ({ signal }) => ask(signal),
    // A server that is away keeps what was last known; it is asked again when it is back.
    enabled: answers(server),
    refetchInterval: interval ?? false,
    ...(fresh ? { staleTime: 0 } : {}),
  });
}

const to = (server: Server, signal: AbortSignal) => ({ context: { serverId: server.id }, signal });

export const useProjects = (server: Server) =>
  useAsk(server, keys.projects(server.id), (signal) => client.agent.projects.list({}, to(server, signal)));

export const useServices = (server: Server, environmentId: string) =>
  useAsk(server, keys.services(server.id, environmentId), (signal) =>
    everyPage((page) => client.agent.services.list({ environmentId, ...page }, to(server, signal))),
  );

/** Newest first, a hundred at a time. */
export function useDeployments(server: Server, { id: serviceId, environmentId }: Pick<Service, "id" | "environmentId">) {
  return useInfiniteQuery({
    queryKey: keys.deployments(server.id, serviceId),
    queryFn: ({ signal, pageParam }) => client.agent.deployments.list({ environmentId, serviceId, before: pageParam }, to(server, signal)),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => (page.length === 100 ? page.at(-1)!.id : undefined),
    select: ({ pages }) => pages.flat(),
    enabled: answers(server),
  });
}

/** Whose variables: a service's, or with null those that its environment shares. */
export type VariableScope = { environmentId: string; serviceId: string | null };

export const useVariables = (server: Server, scope: VariableScope) =>
  useAsk(server, keys.variables(server.id, scope.serviceId ?? scope.environmentId), (signal) => client.agent.variables.list(scope, to(server, signal)));

/** A service as every call names it: where it is taken to be, so that nothing is done to what lies elsewhere. */
export const ofService = ({ id, environmentId }: Pick<Service, "id" | "environmentId">) => ({ id, environmentId });

export const useServiceDeletion = (server: Server, service: Service) =>
  useAsk(server, keys.deletion(server.id, service.id), async (signal) => (await client.agent.services.deletion(ofService(service), to(server, signal))).goes, { fresh: true });

export const useEnvironmentDeletion = (server: Server, id: string) =>
  useAsk(server, keys.deletion(server.id, id), async (signal) => (await client.agent.environments.deletion({ id }, to(server, signal))).goes, { fresh: true });

/** Every service of a project, one line each; of several environments with theirs. */
export const useProjectDeletion = (server: Server, { id, environments }: Project) =>
  useAsk(
    server,
    keys.deletion(server.id, id),
    async (signal) => {
      const services = await everyPage((page) => client.agent.services.list({ projectId: id, ...page }, to(server, signal)));
      const nameOf = (environmentId: string) => environments.find((each) => each.id === environmentId)?.name;
      return services.map(({ name, hostname, environmentId }) => [name, environments.length > 1 && nameOf(environmentId), hostname].filter(Boolean).join(" · "));
    },
    { fresh: true },
  );

/** Who may come in besides the host's own logins. */
export const usePeople = (server: Server) =>
  useAsk(server, keys.people(server.id), (signal) => client.agent.people.list({}, to(server, signal)));

export const useJobs = (server: Server) =>
  useAsk(server, keys.jobs(server.id), (signal) => client.agent.jobs.list({}, to(server, signal)));

/** Meters move by themselves: the one thing that is asked for again and again, and rarely. */
export const useStatus = (server: Server) =>
  useAsk(server, keys.status(server.id), (signal) => client.agent.instance.status({}, to(server, signal)), { interval: 15_000 });

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
