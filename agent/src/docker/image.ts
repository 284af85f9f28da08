import { ask, askGone, type Docker } from "./client.ts";

export type ImageFacts = {
  id: string;
  /** TCP ports that the image declares, ascending. */
  ports: number[];
  volumes: string[];
  entrypoint: string[];
  command: string[];
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
    entrypoint: [config?.Entrypoint ?? []].flat(),
    command: config?.Cmd ?? [],
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

/** Images that no tag of this name's repository means: had by their digest in it, or without any name at all. */
export async function untaggedIn(docker: Docker, name: string): Promise<string[]> {
  const repository = repositoryOf(name);
  const isOfIt = (reference: string) => repositoryOf(reference) === repository;
  return (await ask(() => docker.listImages()))
    // Docker says "<none>" for a name that there is not.
    .map(({ Id, RepoTags, RepoDigests }) => ({ id: Id, tags: (RepoTags ?? []).filter((tag) => !tag.startsWith("<none>")), digests: (RepoDigests ?? []).filter((digest) => !digest.startsWith("<none>")) }))
    .filter(({ tags, digests }) => !tags.some(isOfIt) && (digests.some(isOfIt) || tags.length + digests.length === 0))
    .map(({ id }) => id);
}

/** By which digests of its own repository an image is known that has this name. */
export async function digestsIn(docker: Docker, name: string): Promise<string[]> {
  const { RepoDigests } = await ask(() => docker.getImage(name).inspect());
  return (RepoDigests ?? []).filter((digest) => repositoryOf(digest) === repositoryOf(name));
}

/** As Docker lists it: without the host and the owner that go without saying. */
function repositoryOf(reference: string): string {
  const bare = reference.replace(/@.*$/, "").replace(/:[^/:]*$/, "");
  return bare.replace(/^(index\.)?docker\.io\//, "").replace(/^library\//, "");
}
