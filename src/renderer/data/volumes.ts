import { queryOptions, useQuery } from "@tanstack/react-query";
import { names, type Service, type StagedRow, type Volume } from "@aeroplane/agent/contract";
import type { Server } from "../../contract/index.ts";
import { client } from "../link.ts";
import { problemOf } from "./problem.ts";
import { keys, queries } from "./queries.ts";
import { answers } from "./servers.ts";
import { putStaged } from "./staged.ts";

const listOf = (serverId: string, environmentId: string) =>
  queryOptions({
    queryKey: keys.volumes(serverId, environmentId),
    queryFn: ({ signal }): Promise<Volume[] | null> =>
      client.agent.volumes.list({ environmentId }, { context: { serverId }, signal }).catch((error: unknown) => {
        if (problemOf(error).code === "PROCEDURE_UNKNOWN") return null;
        throw error;
      }),
  });

/** Of an environment, those in the trash among them; null: an agent that keeps none. */
export const useVolumes = (server: Server, environmentId: string, when = true) => useQuery({ ...listOf(server.id, environmentId), enabled: when && answers(server) });

/** As far as they were asked for here. */
export const knownVolumes = (serverId: string, environmentId: string): Volume[] => queries.getQueryData<Volume[] | null>(keys.volumes(serverId, environmentId)) ?? [];

/** Whether a service of that kind may have any; an agent that keeps none says so of none. One that is told without its traits breaks its own card, and no more. */
export const takesVolumes = ({ traits }: { traits: Pick<Service["traits"], "volumes"> | null | undefined }): boolean => traits?.volumes === true;

/** A volume as every call names it: where it is taken to be. */
export const ofVolume = ({ id, environmentId }: Pick<Volume, "id" | "environmentId">) => ({ id, environmentId });

export const renewed = (serverId: string, volume: Volume): void =>
  void queries.setQueryData<Volume[] | null>(keys.volumes(serverId, volume.environmentId), (before) => before?.map((each) => (each.id === volume.id ? volume : each)));

export const old = (serverId: string): void => void queries.invalidateQueries({ queryKey: keys.server(serverId) });

export async function renameVolume(serverId: string, volume: Pick<Volume, "id" | "environmentId">, name: string): Promise<void> {
  renewed(serverId, await client.agent.volumes.rename({ ...ofVolume(volume), name }, { context: { serverId } }));
  old(serverId);
}

/** Out of the trash: staged, as every change of a service is. */
export async function returnVolume(serverId: string, { id, environmentId }: Pick<Volume, "id" | "environmentId">, to: { serviceId: string; path: string }): Promise<StagedRow[]> {
  // Of its rows the volumes alone are told.
  const { staged } = await client.agent.volumes.restore({ id, environmentId, ...to }, { context: { serverId } });
  putStaged(serverId, environmentId, (before) => [...before.filter(({ serviceId, aspect }) => serviceId !== to.serviceId || aspect !== "volume"), ...staged.filter(({ serviceId }) => serviceId === to.serviceId)]);
  old(serverId);
  return staged;
}

export async function emptyVolume(serverId: string, volume: Pick<Volume, "id" | "environmentId">, confirm: string): Promise<void> {
  await client.agent.volumes.empty({ ...ofVolume(volume), confirm }, { context: { serverId } });
  old(serverId);
}

/** Why a name cannot be one; null: it can. */
export const wrongVolumeName = (name: string): string | null => {
  const read = names.volumeName.safeParse(name);
  return read.success ? null : name === "" ? "A name is needed." : read.error.issues[0]!.message;
};
