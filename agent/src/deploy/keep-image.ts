import { updateDeployment, updateRelease, type ReleaseRow } from "../store/index.ts";
import type { DeployDeps } from "./deps.ts";

/** Where the image of a release is written down, in its row and in its deployment's. */
export function keepImage({ db }: Pick<DeployDeps, "db">, release: ReleaseRow, image: string, imageId: string): void {
  release.image = image;
  release.imageId = imageId;
  updateRelease(db, release.id, { image, imageId });
  updateDeployment(db, release.deploymentId, { image });
}
