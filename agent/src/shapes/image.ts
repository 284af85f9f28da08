import { describe } from "../../contract/problem.ts";
import { buildImage } from "../build/index.ts";
import { keepImage } from "../deploy/keep-image.ts";
import { unkept } from "../deploy/mounts.ts";
import { dropPulledImages } from "../deploy/pulled.ts";
import { statusOf } from "../docker/client.ts";
import { inspectImage, tagImage, untagImage } from "../docker/image.ts";
import { imageTag, labels } from "../docker/names.ts";
import type { Shape } from "./shape.ts";

/** Of shapes whose releases are images. */
export const image: Pick<Shape, "make" | "hold" | "unmake"> = {
  async make({ deps, context, plan: { release, service }, material, means }) {
    const tag = imageTag(deps.instanceId, service.id, release.id);
    const { imageId } = await buildImage({
      ...means,
      context: material.directory,
      repository: material.repository,
      contextName: material.name,
      tag,
      labels: labels({ instance: deps.instanceId, service: service.id, release: release.id, job: context.job.id }),
    });
    keepImage(deps, release, tag, imageId);
    const volumes = unkept((await inspectImage(deps.docker, imageId)).volumes, release);
    if (volumes.length > 0) context.warn(describe("IMAGE_HAS_VOLUMES", { reference: "of this service", paths: volumes }));
    // What it is called inside says nothing to a person; the log has it.
    context.detail("The image is built");
    context.log(`Built ${imageId}`);
  },
  async hold({ docker, instanceId }, { id, serviceId, imageId }) {
    if (imageId === null) return false;
    try {
      await tagImage(docker, imageId, imageTag(instanceId, serviceId, id));
      return true;
    } catch (error) {
      if (statusOf(error) === 404) return false;
      throw error;
    }
  },
  async unmake(deps, { id, serviceId }) {
    await untagImage(deps.docker, imageTag(deps.instanceId, serviceId, id));
    await dropPulledImages(deps, id);
  },
};
