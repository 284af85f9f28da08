import { keepPreviousData, useInfiniteQuery, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import type { Job, Project, Service } from "@aeroplane/agent/contract";
import { everyPage, type Server } from "../../contract/index.ts";
import { client } from "../link.ts";
import { hasEnded } from "./jobs.ts";
import { problemOf } from "./problem.ts";
import { keys } from "./queries.ts";
import { answers } from "./servers.ts";

type Asking = { /** Milliseconds after which it is asked again. */ interval?: number; /** Asked anew by whoever shows it. */ fresh?: boolean; /** False: not yet. */ when?: boolean };

function useAsk<T>(server: Server, queryKey: readonly unknown[], ask: (signal: AbortSignal) => Promise<T>, { interval, fresh, when = true }: Asking = {}) {
  return useQuery({
    queryKey,
    queryFn: ({ signal }) => ask(signal),
    // A server that is away keeps what was last known; it is asked again when it is back.
    enabled: when && answers(server),
    refetchInterval: interval ?? false,
    ...(fresh ? { staleTime: 0 } : {}),
  });
}

const to = (server: Server, signal: AbortSignal) => ({ context: { serverId: server.id }, signal });

export const useProjects = (server: Server) =>
  useAsk(server, keys.projects(server.id), (signal) => client.agent.projects.list({}, to(server, signal)));

/** Of a server that may not be there yet. */
export const useProjectsOf = (server: Server | undefined): Project[] | undefined =>
  useQuery({
    queryKey: keys.projects(server?.id ?? ""),
    queryFn: ({ signal }) => client.agent.projects.list({}, to(server!, signal)),
    enabled: server !== undefined && answers(server),
  }).data;

export const useServices = (server: Server, environmentId: string, when = true) =>
  useAsk(
    server,
    keys.services(server.id, environmentId),
    (signal) => everyPage((page) => client.agent.services.list({ environmentId, ...page }, to(server, signal))),
    { when },
  );

/** Of the whole server, where several projects are looked at. */
export const useEveryService = (server: Server) =>
  useAsk(server, keys.everyService(server.id), (signal) => everyPage((page) => client.agent.services.list(page, to(server, signal))));

/** Newest first, a hundred at a time. */
export function useDeployments(server: Server, { id: serviceId, environmentId }: Pick<Service, "id" | "environmentId">) {
  return useInfiniteQuery({
    queryKey: keys.deployments(server.id, serviceId),
    queryFn: ({ signal, pageParam }) => client.agent.deployments.list({ environmentId, serviceId, before: pageParam }, to(server, signal)),
    initialPageParam: undefined as string | undefined,
    // One that began meanwhile stands before the first page.
    getNextPageParam: (page) => (page.length >= 100 ? page.at(-1)!.id : undefined),
    select: ({ pages }) => pages.flat(),
    enabled: answers(server),
  });
}

/** What one can go back to, newest first. */
export const useReleases = (server: Server, { id: serviceId, environmentId, liveRelease }: Pick<Service, "id" | "environmentId" | "liveRelease">) =>
  useAsk(server, keys.releases(server.id, serviceId, liveRelease?.id ?? null), (signal) => client.agent.deployments.releases({ environmentId, serviceId }, to(server, signal)), { when: liveRelease !== null });

export const useComparison = (server: Server, { id: serviceId, environmentId }: Pick<Service, "id" | "environmentId">, from: string, other: string) =>
  useAsk(server, keys.comparison(server.id, from, other), (signal) => client.agent.deployments.compare({ environmentId, serviceId, from, to: other }, to(server, signal)));

/** Whose variables: a service's, or with null those that its environment shares. */
export type VariableScope = { environmentId: string; serviceId: string | null };

export const useVariables = (server: Server, scope: VariableScope) =>
  useAsk(server, keys.variables(server.id, scope.serviceId ?? scope.environmentId), (signal) => client.agent.variables.list(scope, to(server, signal)));

export const useVariableHistory = (server: Server, scope: VariableScope) =>
  useAsk(server, keys.variableHistory(server.id, scope.serviceId ?? scope.environmentId), (signal) => client.agent.variables.history(scope, to(server, signal)));

/** Asked when somebody begins to write a reference: names may have come and gone. */
export const useReferable = (server: Server, environmentId: string, begun: boolean) =>
  useAsk(server, keys.referable(server.id, environmentId), (signal) => client.agent.variables.referable({ environmentId }, to(server, signal)), { fresh: true, when: begun });

/** A service as every call names it: where it is taken to be, so that nothing is done to what lies elsewhere. */
export const ofService = ({ id, environmentId }: Pick<Service, "id" | "environmentId">) => ({ id, environmentId });

export const useServiceDeletion = (server: Server, service: Service) =>
  useAsk(server, keys.deletion(server.id, service.id), async (signal) => (await client.agent.services.deletion(ofService(service), to(server, signal))).goes, { fresh: true });

export const useEnvironmentDeletion = (server: Server, id: string) =>
  useAsk(server, keys.deletion(server.id, id), async (signal) => (await client.agent.environments.deletion({ id }, to(server, signal))).goes, { fresh: true });

/** All of its environments, as each would name it alone. */
export const useProjectDeletion = (server: Server, { id, environments }: Project) =>
  useAsk(
    server,
    keys.deletion(server.id, id),
    async (signal) => {
      const each = await Promise.all(environments.map(async (one) => (await client.agent.environments.deletion({ id: one.id }, to(server, signal))).goes.map((line) => (environments.length > 1 ? `${one.name}: ${line}` : line))));
      return each.flat();
    },
    { fresh: true },
  );

/** All that an agent has made, project by project; undefined while it is away. */
export const useServerDeletion = (server: Server) =>
  useAsk(
    server,
    keys.deletion(server.id, server.id),
    async (signal) => {
      const places = (await client.agent.projects.list({}, to(server, signal))).flatMap(({ name, environments }) =>
        environments.map((one) => ({ id: one.id, place: environments.length > 1 ? `${name} / ${one.name}` : name })),
      );
      const each = await Promise.all(places.map(async ({ id, place }) => endingWithAgent(await client.agent.environments.deletion({ id }, to(server, signal))).map((line) => `${place}: ${line}`)));
      return each.flat();
    },
    { fresh: true },
  );

/** Of what an environment's deletion takes that which also goes where the agent is taken away with its apps: a volume stays then. An agent from before marks no line, and has these words for its volumes. */
export const endingWithAgent = ({ goes, outlive }: { goes: string[]; outlive?: string[] | undefined }): string[] => goes.filter((line) => (outlive ? !outlive.includes(line) : !/^The volume of .+, for good$/.test(line)));

/** Who may come in besides the host's own logins. */
export const usePeople = (server: Server) =>
  useAsk(server, keys.people(server.id), (signal) => client.agent.people.list({}, to(server, signal)));

export const useJobs = (server: Server) =>
  useAsk(server, keys.jobs(server.id), (signal) => client.agent.jobs.list({}, to(server, signal)));

/** Those that run and ran in a service: each change of one of them makes the list old, and no other job does. */
const RUN_ONCE = "run-once";
const marksOf = (jobs: readonly Job[], isOne: (job: Job) => boolean) => jobs.filter((job) => job.kind === RUN_ONCE && isOne(job)).map(({ id, state, cancellable }) => `${id} ${state} ${cancellable}`).join();

/** Commands that were run once in a service, newest first, fifty at a time. */
export function useRuns(server: Server, { id: serviceId, environmentId }: Pick<Service, "id" | "environmentId">) {
  const { data: jobs = [] } = useJobs(server);
  return useInfiniteQuery({
    queryKey: keys.runs(server.id, serviceId, marksOf(jobs, (job) => job.serviceId === serviceId)),
    queryFn: ({ signal, pageParam }) => client.agent.runs.list({ environmentId, serviceId, before: pageParam }, to(server, signal)),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => (page.length >= 50 ? page.at(-1)!.job.id : undefined),
    select: ({ pages }) => pages.flat(),
    placeholderData: keepPreviousData,
    enabled: answers(server),
  });
}

export function useRun(server: Server, runId: string) {
  const { data: jobs = [] } = useJobs(server);
  return useQuery({
    queryKey: keys.run(server.id, runId, marksOf(jobs, ({ id }) => id === runId)),
    queryFn: ({ signal }) => client.agent.runs.get({ id: runId }, to(server, signal)),
    placeholderData: keepPreviousData,
    enabled: answers(server),
  });
}

/** Meters move by themselves: the one thing that is asked for again and again, and rarely. */
export const useStatus = (server: Server) =>
  useAsk(server, keys.status(server.id), (signal) => client.agent.instance.status({}, to(server, signal)), { interval: 15_000 });

const METERS_MS = 5000;

/** Milliseconds after which meters are asked for again. An older agent knows no such question: it is asked when the service is looked at anew. */
export const metersAgain = (error: unknown): number | false => (error !== null && problemOf(error).code === "PROCEDURE_UNKNOWN" ? false : METERS_MS);

/** What one service uses, asked again while it is looked at; not among the answers that a change makes old. */
export const useMeters = (server: Server, { id, environmentId }: Pick<Service, "id" | "environmentId">, when: boolean) =>
  useQuery({
    queryKey: keys.meters(server.id, id),
    queryFn: async ({ signal }) => (await client.agent.services.meters({ environmentId, ids: [id] }, to(server, signal)))[0] ?? null,
    enabled: when && answers(server),
    refetchInterval: ({ state }) => metersAgain(state.error),
    staleTime: METERS_MS,
    gcTime: METERS_MS,
  });

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
export function runningDeployment(service: Pick<Service, "lastDeployment">) {
  const last = service.lastDeployment;
  return last && !hasEnded(last) ? last : null;
}

/** What runs has made a release that is live: it cannot be cancelled any more. */
export function isCommitted(service: Pick<Service, "lastDeployment" | "liveRelease">): boolean {
  const running = runningDeployment(service);
  return running !== null && service.liveRelease?.deploymentId === running.id;
}

/** The deployment of a service that can still be cancelled. */
export const cancellableDeployment = (service: Pick<Service, "lastDeployment" | "liveRelease">) => (isCommitted(service) ? null : runningDeployment(service));
