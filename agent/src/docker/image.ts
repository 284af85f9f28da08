import { ask, askGone, type Docker } from "./client.ts";

export type ImageFacts = {
  id: string;
  /** TCP ports that the image declares, ascending. */
  ports: number[];
  volumes: string[];
  hasCommand: boolean;
};

export async function inspectImage(docker: Docker, reference: string): Promise<ImageFacts> {
  const found = await ask(() => docker.getImage(reference).inspect());
  const config = found.Config;
  return {
    id: found.Id,
    ports: Object.keys(config?.ExposedPorts ?? {})
      .filter((port) => !port.endsWith("/udp"))
      .map((port) => Number.parseInt(port, 10))
      .sort((a, b) => a - b),
    volumes: Object.keys(config?.Volumes ?? {}).sort(),
    hasCommand: (config?.Cmd?.length ?? 0) > 0 || (config?.Entrypoint?.length ?? 0) > 0,
  };
}

/** Gives an image a name of ours, so that it stays for as long as its release is kept. */
export async function tagImage(docker: Docker, id: string, tag: string): Promise<void> {
  const at = tag.lastIndexOf(":");
  await ask(() => docker.getImage(id).tag({ repo: tag.slice(0, at), tag: tag.slice(at + 1) }));
}

/** Removes a name; the layers go with the last one. An image that a container still uses keeps its layers. */
export async function untagImage(docker: Docker, tag: string): Promise<void> {
  try {
    await askGone(() => docker.getImage(tag).remove({ noprune: false }));
  } catch (error) {
    // A container made from it is still there: the next pruning takes it.
    if ((error as { statusCode?: number }).statusCode !== 409) throw error;
  }
}

/** Every tag that begins with the prefix, for pruning and for `purge`. */
export async function tagsUnder(docker: Docker, prefix: string): Promise<string[]> {
  const images = await ask(() => docker.listImages({ filters: { reference: [`${prefix}*`] } }));
  return images.flatMap((image) => image.RepoTags ?? []).filter((tag) => tag.startsWith(prefix));
}
