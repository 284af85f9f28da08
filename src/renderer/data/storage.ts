import { useQuery } from "@tanstack/react-query";
import type { Job } from "@aeroplane/agent/contract";
import type { Server } from "../../contract/index.ts";
import { client } from "../link.ts";
import { useJobs } from "./agent.ts";
import { answers } from "./servers.ts";
import { useSettings } from "./settings.ts";

/** Whether the agent keeps budgets: one from before them says nothing of storage. */
export const useHasStorage = (server: Server): boolean => useSettings(server).data?.storage !== undefined;

/** The newest job that cleans up, whether it still runs or not. */
export const useCleanup = (server: Server): Job | undefined => useJobs(server).data?.filter(({ kind }) => kind === "cleanup").toSorted((a, b) => b.createdAt - a.createdAt)[0];

/** What is kept for a while and what of it would go. Looked at by whoever shows it, and again when a cleanup has ended. */
export function useCleanupPreview(server: Server, reach: "budgets" | "all") {
  const { data: settings } = useSettings(server);
  const cleanup = useCleanup(server);
  return useQuery({
    queryKey: ["storage", server.id, reach, cleanup?.endedAt ?? null, settings?.storage],
    queryFn: ({ signal }) => client.agent.instance.cleanupPreview({ reach }, { context: { serverId: server.id }, signal }),
    enabled: answers(server) && settings?.storage !== undefined,
    staleTime: 0,
    placeholderData: (before) => before,
  });
}
