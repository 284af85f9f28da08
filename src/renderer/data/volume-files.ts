import { useInfiniteQuery } from "@tanstack/react-query";
import type { FileEntry, Volume } from "@aeroplane/agent/contract";
import type { Server } from "../../contract/index.ts";
import { client } from "../link.ts";
import { keys, queries } from "./queries.ts";
import { answers } from "./servers.ts";
import { ofVolume, old, renewed } from "./volumes.ts";

/** Entries of a folder that are asked for at once. */
const FILES = 200;

/** Reads its size anew, which may take a while. */
export async function measureVolume(serverId: string, volume: Pick<Volume, "id" | "environmentId">): Promise<void> {
  renewed(serverId, await client.agent.volumes.measure(ofVolume(volume), { context: { serverId } }));
}

/** As another volume, which is staged where it is to be mounted as soon as all of it is there. */
export async function copyVolume(serverId: string, volume: Pick<Volume, "id" | "environmentId">, to: { name: string; serviceId: string; path: string }): Promise<void> {
  await client.agent.volumes.copy({ ...ofVolume(volume), ...to }, { context: { serverId } });
  old(serverId);
}

export type FilePage = { entries: FileEntry[]; more: boolean };

/** Of a folder, so many at a time; asked anew whenever it is opened, since nobody tells of what an app writes. */
export function useFiles(server: Server, { id, environmentId }: Pick<Volume, "id" | "environmentId">, path: string) {
  return useInfiniteQuery({
    queryKey: keys.files(server.id, id, path),
    queryFn: ({ signal, pageParam }): Promise<FilePage> => client.agent.volumes.files({ id, environmentId, path, after: pageParam, limit: FILES }, { context: { serverId: server.id }, signal }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ entries, more }) => (more ? entries.at(-1)?.name : undefined),
    enabled: answers(server),
    staleTime: 0,
  });
}

export const oldFiles = (serverId: string, volumeId: string): void => void queries.invalidateQueries({ queryKey: keys.filesOf(serverId, volumeId) });
