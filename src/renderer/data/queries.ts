import { QueryClient } from "@tanstack/react-query";
import type { Service } from "@aeroplane/agent/contract";
import { problemOf } from "./problem.ts";

/** Answers stay until a change is announced; only what may succeed unchanged is asked twice. */
export const queries = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: Number.POSITIVE_INFINITY,
      gcTime: 30 * 60_000,
      networkMode: "always",
      refetchOnWindowFocus: false,
      retry: (count, error) => count < 1 && problemOf(error).retry,
      retryDelay: 800,
    },
    // What was sent may be a secret: it is not kept once nobody looks at the act.
    mutations: { networkMode: "always", retry: false, gcTime: 0 },
  },
});

export const keys = {
  server: (serverId: string) => ["agent", serverId] as const,
  status: (serverId: string) => ["agent", serverId, "status"] as const,
  settings: (serverId: string) => ["agent", serverId, "settings"] as const,
  projects: (serverId: string) => ["agent", serverId, "projects"] as const,
  services: (serverId: string, environmentId: string) => ["agent", serverId, "services", environmentId] as const,
  allServices: (serverId: string) => ["agent", serverId, "services"] as const,
  /** Of the whole server in one list. */
  everyService: (serverId: string) => ["agent", serverId, "every service"] as const,
  deployments: (serverId: string, serviceId: string) => ["agent", serverId, "deployments", serviceId] as const,
  /** Those that are kept, while this one is live; begins as the deployments do, so that it is old when they are. */
  releases: (serverId: string, serviceId: string, liveId: string | null) => ["agent", serverId, "deployments", serviceId, "releases", liveId] as const,
  /** Of two that do not change. */
  comparison: (serverId: string, from: string, to: string) => ["agent", serverId, "comparison", from, to] as const,
  /** Of a service, or of an environment. */
  variables: (serverId: string, scopeId: string) => ["agent", serverId, "variables", scopeId] as const,
  /** Of the variables of a service or of an environment; begins as they do, so that it is old when they are. */
  variableHistory: (serverId: string, scopeId: string) => ["agent", serverId, "variables", scopeId, "history"] as const,
  /** What values of an environment's services may refer to. */
  referable: (serverId: string, environmentId: string) => ["agent", serverId, "referable", environmentId] as const,
  /** Edits of an environment that wait for a deploy. */
  staged: (serverId: string, environmentId: string) => ["agent", serverId, "staged", environmentId] as const,
  /** Begins as they do, so that it is old when they are. */
  stagedReview: (serverId: string, environmentId: string) => ["agent", serverId, "staged", environmentId, "review"] as const,
  /** Of an environment, its trash among them. */
  volumes: (serverId: string, environmentId: string) => ["agent", serverId, "volumes", environmentId] as const,
  /** What is in a volume. Not among the answers that a change makes old: a person's app writes there, which nobody tells. */
  filesOf: (serverId: string, volumeId: string) => ["files", serverId, volumeId] as const,
  files: (serverId: string, volumeId: string, path: string) => ["files", serverId, volumeId, path] as const,
  /** Of a service, an environment or a project. */
  deletion: (serverId: string, id: string) => ["agent", serverId, "deletion", id] as const,
  people: (serverId: string) => ["agent", serverId, "people"] as const,
  /** Of a service, as those that the list of jobs knows are now. */
  runs: (serverId: string, serviceId: string, marks: string) => ["agent", serverId, "runs", serviceId, marks] as const,
  run: (serverId: string, runId: string, marks: string) => ["agent", serverId, "run", runId, marks] as const,
  jobs: (serverId: string) => ["agent", serverId, "jobs"] as const,
  audit: (serverId: string) => ["agent", serverId, "audit"] as const,
  /** Of one service; they move by themselves. */
  meters: (serverId: string, serviceId: string) => ["meters", serverId, serviceId] as const,
  /** Not among the answers of the agent that a change makes old: it is asked for by a person alone. */
  doctor: (serverId: string) => ["doctor", serverId] as const,
};

/** A service of any list that was asked for here. */
export const knownService = (serverId: string, id: string | null): Service | undefined =>
  [...queries.getQueriesData<Service[]>({ queryKey: keys.allServices(serverId) }), ...queries.getQueriesData<Service[]>({ queryKey: keys.everyService(serverId) })].flatMap(([, list]) => list ?? []).find((service) => service.id === id);
