import { queryOptions, useQuery } from "@tanstack/react-query";
import type { SettingsEdit, StagedReview, StagedRow, Variable } from "@aeroplane/agent/contract";
import type { Server } from "../../contract/index.ts";
import { client } from "../link.ts";
import type { VariableScope } from "./agent.ts";
import { problemOf } from "./problem.ts";
import { keys, queries } from "./queries.ts";
import { answers } from "./servers.ts";

/** Null: an agent from before there was a stage. What is edited there is wanted at once, and made with the next deploy. */
export type Staged = StagedRow[] | null;

const isOlder = (error: unknown): boolean => problemOf(error).code === "PROCEDURE_UNKNOWN";

const listOf = (serverId: string, environmentId: string) =>
  queryOptions({
    queryKey: keys.staged(serverId, environmentId),
    queryFn: ({ signal }): Promise<Staged> =>
      client.agent.staged.list({ environmentId }, { context: { serverId }, signal }).catch((error: unknown) => {
        if (isOlder(error)) return null;
        throw error;
      }),
  });

/** What waits in an environment, whoever edited it; undefined: not known yet. */
export const useStaged = (server: Server, environmentId: string) => useQuery({ ...listOf(server.id, environmentId), enabled: answers(server) });

/** Else what is edited is wanted at once. */
export const hasStage = async (serverId: string, environmentId: string): Promise<boolean> => (await queries.ensureQueryData(listOf(serverId, environmentId))) !== null;

/** As far as it was asked for here. */
export const stagedIn = (serverId: string, environmentId: string): StagedRow[] => queries.getQueryData<Staged>(keys.staged(serverId, environmentId)) ?? [];

export const useStagedReview = (server: Server, environmentId: string) =>
  useQuery({
    queryKey: keys.stagedReview(server.id, environmentId),
    queryFn: ({ signal }): Promise<StagedReview> => client.agent.staged.review({ environmentId }, { context: { serverId: server.id }, signal }),
    enabled: answers(server),
    // It is opened to be looked at as it is now.
    staleTime: 0,
  });

/** What is known here of the rows, until it is told anew. */
export const putStaged = (serverId: string, environmentId: string, next: (before: StagedRow[]) => Staged): void =>
  void queries.setQueryData<Staged>(keys.staged(serverId, environmentId), (before) => next(before ?? []));

export type StagedEdits = {
  set?: Record<string, string>;
  remove?: string[];
  secret?: string[];
  settings?: SettingsEdit;
  /** New ones, and paths of those that go. */
  volumes?: { path: string; name?: string }[];
  removeVolumes?: string[];
};

/** There is no stage any more; whoever edits is told so first. */
function forget(serverId: string, environmentId: string): void {
  putStaged(serverId, environmentId, () => null);
  void queries.invalidateQueries({ queryKey: keys.staged(serverId, environmentId) });
}

/** Puts edits of one scope beside what is wanted. Null: this agent was known to have no stage, and nothing was done. */
export async function stage(serverId: string, { environmentId, serviceId }: VariableScope, edits: StagedEdits): Promise<StagedRow[] | null> {
  if (!(await hasStage(serverId, environmentId))) return null;
  try {
    const rows = await client.agent.staged.stage({ environmentId, serviceId, ...edits }, { context: { serverId } });
    putStaged(serverId, environmentId, (before) => [...before.filter((row) => row.serviceId !== serviceId), ...rows]);
    return rows;
  } catch (error) {
    // An older one was put in its place meanwhile: what was to be staged must not be changed at once.
    if (isOlder(error)) forget(serverId, environmentId);
    throw error;
  }
}

type Change = Required<Pick<StagedEdits, "set" | "remove" | "secret">>;

/** Stages edits of variables; an agent without a stage changes them, and answers how they are. */
export async function saveVariables(serverId: string, scope: VariableScope, edits: Change): Promise<Variable[] | null> {
  if ((await stage(serverId, scope, edits)) !== null) return null;
  return client.agent.variables.change({ ...scope, ...edits }, { context: { serverId } });
}
