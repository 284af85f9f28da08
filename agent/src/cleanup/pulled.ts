import { dropPulledImages, unusedPulled } from "../deploy/pulled.ts";
import { imageSpace } from "../docker/space.ts";
import { findPulledImage } from "../store/index.ts";
import type { Part } from "./part.ts";

/** Images that were brought for releases that are gone, and could not go with the last of them. */
export const pulled: Part = {
  name: "pulled",
  words: { name: "Pulled images", about: "Images that no release is made from any more" },
  budget: null,
  on: "engine",
  async look(deps, signal) {
    const unused = unusedPulled(deps.db);
    if (unused.length === 0) return { bytes: 0, items: [] };
    const space = new Map((await imageSpace(deps.docker, signal)).map((image) => [image.id, image]));
    const items = unused.map(({ reference, imageId }) => {
      const image = space.get(imageId ?? "");
      return { id: reference, name: reference, serviceId: null, bytes: image === undefined ? 0 : image.size - image.shared, at: 0, over: true };
    });
    return { bytes: items.reduce((sum, { bytes }) => sum + bytes, 0), items };
  },
  async take(deps, id) {
    if (findPulledImage(deps.db, id) === undefined) return false;
    await dropPulledImages(deps, "", id);
    return findPulledImage(deps.db, id) === undefined;
  },
};
