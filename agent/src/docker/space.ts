import { listUsage } from "./build-cache.ts";
import type { Docker } from "./client.ts";

/** `shared`: what of it other images hold too, whoever's they are. */
export type ImageSpace = { id: string; size: number; shared: number; tags: string[] };

type Listed = { Id: string; Size?: number; SharedSize?: number; RepoTags?: string[] | null };

/** What every image takes; Docker before 23 looks at all else besides. */
export async function imageSpace(docker: Docker, signal: AbortSignal): Promise<ImageSpace[]> {
  const images = await listUsage<Listed>(docker, "image", ["Images", "ImageUsage"], signal);
  return images.map(({ Id: id, Size: size = 0, SharedSize: shared = 0, RepoTags }) => ({ id, size, shared: Math.max(0, Math.min(shared, size)), tags: RepoTags ?? [] }));
}
