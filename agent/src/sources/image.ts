import { imageSource, type ImageSource } from "../../contract/index.ts";
import { describe } from "../../contract/problem.ts";
import { keepImage } from "../deploy/keep-image.ts";
import { unkept } from "../deploy/mounts.ts";
import { bringImage } from "../deploy/pulled.ts";
import { inspectImage, tagImage } from "../docker/image.ts";
import { imageTag } from "../docker/names.ts";
import type { Bringing, Material, SourceEntry } from "./source.ts";

/** An image of a registry: nothing is made from it, its revision is the image's id. */
export const image: SourceEntry<ImageSource> = {
  schema: imageSource,
  bring: pull,
  again: () => null,
};

async function pull({ deps, context, plan: { release, service }, signal }: Bringing, { reference }: ImageSource): Promise<Material> {
  context.detail(`Pulling ${reference}`);
  const imageId = await bringImage(deps, reference, {
    signal,
    log: (line) => context.log(line, "out"),
    onProgress: context.progress,
  });
  await tagImage(deps.docker, imageId, imageTag(deps.instanceId, service.id, release.id));
  const volumes = unkept((await inspectImage(deps.docker, imageId)).volumes, release);
  if (volumes.length > 0) {
    context.warn(describe("IMAGE_HAS_VOLUMES", { reference, paths: volumes }));
  }
  keepImage(deps, release, reference, imageId);
  context.detail(reference);
  context.log(`${reference} is ${imageId}`);
  return null;
}
