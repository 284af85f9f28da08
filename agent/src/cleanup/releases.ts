import { placeOf } from "../changes/changes.ts";
import { forgetRelease, keptRetired } from "../deploy/retire.ts";
import { imageSpace } from "../docker/space.ts";
import { findService, listServices, oldReleases, releasesOfService, releasesWithImage, takeRelease, type ReleaseRow, type ServiceRow } from "../store/index.ts";
import type { Deps, Item, Part } from "./part.ts";
import { sizeOf } from "./size.ts";

const GiB = 1024 ** 3;

/** Releases of the past, with the images and sites that they hold. */
export const releases: Part = {
  name: "releases",
  words: { name: "Releases", about: "Images and sites of releases that a service can go back to" },
  budget: { field: "imagesBytes", ofDisk: 0.4, least: 5 * GiB, most: 500 * GiB },
  on: "engine",
  async look(deps, signal) {
    const { db } = deps;
    const services = listServices(db, {});
    const loose = services.flatMap((service) => looseOf(deps, service)).toSorted((a, b) => (a.release.id < b.release.id ? -1 : 1));
    const images = await imagesOf(deps, signal);
    const sites = await sitesOf(deps, services, signal);
    const items = loose.map(({ release, service, over, nearest }): Item => ({
      id: release.id,
      name: nameOf(service, release),
      serviceId: service.id,
      bytes: images.leave(release) + sites.leave(release),
      at: release.createdAt,
      over,
      nearest,
      on: release.imageId === null ? "data" : "engine",
    }));
    return { bytes: images.bytes + sites.bytes, items };
  },
  async take(deps, id) {
    const release = takeRelease(deps.db, id);
    if (release === undefined) return false;
    await forgetRelease(deps, release);
    const service = findService(deps.db, release.serviceId);
    // Windows show at the deployment whether one can go back to it.
    if (service !== undefined) deps.changes.emit({ entity: "deployment", id: release.deploymentId, ...placeOf(service) });
    return true;
  },
};

type Loose = { release: ReleaseRow; service: ServiceRow; over: boolean; nearest: boolean };

function looseOf({ db }: Deps, service: ServiceRow): Loose[] {
  const old = oldReleases(db, service.id, 0);
  const over = new Set(old.length === 0 ? [] : oldReleases(db, service.id, keptRetired(db)).map(({ id }) => id));
  return old.map((release, at) => ({ release, service, over: over.has(release.id), nearest: at === 0 }));
}

/** By what a person knows it: its commit, or what it was pulled as. */
const nameOf = ({ name }: ServiceRow, { commit, image }: ReleaseRow): string =>
  `${name} · ${commit === null ? (image ?? "a release") : `${commit.sha.slice(0, 7)} ${commit.message.split("\n")[0]!.slice(0, 80)}`}`;

/** Two releases of one image: its bytes come free with the one that goes last. */
type Space = { bytes: number; leave(release: ReleaseRow): number };

async function imagesOf({ db, docker }: Deps, signal: AbortSignal): Promise<Space> {
  const holders = new Map<string, number>();
  for (const { imageId } of releasesWithImage(db)) holders.set(imageId!, (holders.get(imageId!) ?? 0) + 1);
  const space = new Map((holders.size === 0 ? [] : await imageSpace(docker, signal)).map((image) => [image.id, image]));
  const ours = [...holders.keys()].flatMap((id) => space.get(id) ?? []);
  // What they share among each other is counted once, by the largest of it.
  const bytes = ours.reduce((sum, { size, shared }) => sum + size - shared, 0) + Math.max(0, ...ours.map(({ shared }) => shared));
  const leave = ({ imageId }: ReleaseRow) => {
    const image = space.get(imageId ?? "");
    if (image === undefined) return 0;
    const left = holders.get(image.id)! - 1;
    holders.set(image.id, left);
    return left === 0 ? image.size - image.shared : 0;
  };
  return { bytes, leave };
}

/** They never change after they were made. */
const known = new Map<string, number>();
const MOST_KNOWN = 5000;

async function sitesOf({ db, paths }: Deps, services: readonly ServiceRow[], signal: AbortSignal): Promise<Space> {
  const holders = new Map<string, number>();
  const origin = ({ id, originId }: ReleaseRow) => originId ?? id;
  let bytes = 0;
  for (const { id: serviceId } of services) {
    for (const release of releasesOfService(db, serviceId).filter(({ imageId, state }) => imageId === null && state !== "failed" && state !== "preparing")) {
      const folder = origin(release);
      holders.set(folder, (holders.get(folder) ?? 0) + 1);
      if (holders.get(folder)! > 1) continue;
      if (known.size > MOST_KNOWN) known.clear();
      if (!known.has(folder)) known.set(folder, await sizeOf(paths.site(serviceId, folder), signal));
      bytes += known.get(folder)!;
    }
  }
  const leave = (release: ReleaseRow) => {
    const left = (holders.get(origin(release)) ?? 0) - 1;
    holders.set(origin(release), left);
    return left === 0 ? (known.get(origin(release)) ?? 0) : 0;
  };
  return { bytes, leave };
}

