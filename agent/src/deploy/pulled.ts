import { digestsIn, untagImage, untaggedIn } from "../docker/image.ts";
import { fullName, imageId, pullImage, type PullOptions } from "../docker/pull.ts";
import { findPulledImage, forgetPulledImage, listPulledImages, imagesInUse, putPulledImage, referencesInUse, type Db, type PulledImage } from "../store/index.ts";
import type { DeployDeps } from "./deps.ts";

type Deps = Pick<DeployDeps, "db" | "docker">;

/**
 * Brings an image, and writes down that its name came with us, where neither the name nor what it means was here before.
 * Answers the image's id.
 */
export async function bringImage({ db, docker }: Deps, reference: string, options: PullOptions): Promise<string> {
  const name = fullName(reference);
  const before = await imageId(docker, name);
  const ours = findPulledImage(db, name);
  const foreign = before === null || ours !== undefined ? await foreignIds({ db, docker }, name) : [];
  // First, so that a name that came is ours whatever ends us; but where the image itself may be somebody's, only its id tells.
  if (before === null && foreign.length === 0) putPulledImage(db, { reference: name, imageId: null });
  else if (before === null) forgetPulledImage(db, name);
  // Somebody put another image under the name: it is theirs now.
  else if (ours !== undefined && ours.imageId !== null && ours.imageId !== before) forgetPulledImage(db, name);
  // The tag may mean another image now: what it meant until then keeps the name of its digest, and no other leads to it.
  if (ours !== undefined && before !== null && ours.imageId === before) for (const digest of await digestsIn(docker, name)) putPulledImage(db, { reference: digest, imageId: before });
  const id = await pullImage(docker, reference, options);
  // The tag has moved to an image that was somebody's before: Docker would remove that with our name for it.
  if (id !== before && foreign.includes(id)) forgetPulledImage(db, name);
  else if (findPulledImage(db, name) !== undefined || before === null) putPulledImage(db, { reference: name, imageId: id });
  return id;
}

/** Images that stand here without a tag of this repository and did not come with us: Docker removes them with the last tag that we would give. */
async function foreignIds({ db, docker }: Deps, name: string): Promise<string[]> {
  const brought = new Set(listPulledImages(db).map(({ imageId: id }) => id));
  return (await untaggedIn(docker, name)).filter((id) => !brought.has(id));
}

/** Names that we brought and that nothing kept is made from, `except` aside; a digest is needed for as long as its image is. */
export function unusedPulled(db: Db, except = ""): PulledImage[] {
  const pulled = listPulledImages(db);
  if (pulled.length === 0) return [];
  const references = new Set(referencesInUse(db, except).map(fullName));
  const images = new Set(imagesInUse(db, except));
  // A release that is being made tells its reference before its image.
  for (const { reference, imageId: meant } of pulled) if (references.has(reference) && meant !== null) images.add(meant);
  const isDigest = (reference: string) => reference.includes("@");
  return pulled.filter(({ reference, imageId: meant }) => !references.has(reference) && !(isDigest(reference) && images.has(meant ?? "")));
}

/** Takes back the names that we brought and that no kept release is made from; `except` is about to be forgotten. Where one is named, that one alone. */
export async function dropPulledImages({ db, docker }: Deps, except = "", one?: string): Promise<void> {
  for (const { reference, imageId: known } of unusedPulled(db, except).filter(({ reference }) => one === undefined || reference === one)) {
    const now = await imageId(docker, reference);
    // A deployment that began meanwhile needs it.
    if (!unusedPulled(db, except).some((still) => still.reference === reference)) continue;
    if (now !== null && (known === null || known === now)) {
      await untagImage(docker, reference);
      // A container of somebody's is made from it: asked again with the next release that goes.
      if ((await imageId(docker, reference)) !== null) continue;
    }
    forgetPulledImage(db, reference);
  }
}
