import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { filesOf } from "../effects/index.ts";
import { tagsUnder, untagImage } from "../docker/image.ts";
import { short } from "../docker/names.ts";
import { removeSource } from "../git/index.ts";
import { endKept } from "../sandbox/index.ts";
import { findJob, findRelease } from "../store/index.ts";
import type { Deps, Item, Part } from "./part.ts";
import { sizeOf } from "./size.ts";

const { rm } = filesOf("cleanup.leftover");

/** What a crash or a full disk left of something that has ended: found by our own names and folders, owned by no row. */
export const leftovers: Part = {
  name: "leftovers",
  words: { name: "Leftovers", about: "Folders and names of images that interrupted work left" },
  budget: null,
  on: "data",
  storeless: true,
  async look(deps, signal) {
    const items: Item[] = [];
    for (const { id, path } of await folders(deps)) {
      const at = (await stat(path).catch(() => null))?.mtimeMs ?? 0;
      items.push({ id, name: id, serviceId: null, bytes: await sizeOf(path, signal), at: Math.round(at), over: true });
    }
    for (const tag of await tags(deps)) items.push({ id: tag, name: tag, serviceId: null, bytes: 0, at: 0, over: true });
    return { bytes: items.reduce((sum, { bytes }) => sum + bytes, 0), items: items.toSorted((a, b) => a.at - b.at) };
  },
  async take(deps, id) {
    const folder = (await folders(deps)).find((one) => one.id === id);
    if (folder !== undefined) {
      await folder.remove(folder.path);
      return true;
    }
    if (!(await tags(deps)).includes(id)) return false;
    await untagImage(deps.docker, id);
    // A container that is made from it keeps it.
    return !(await tags(deps)).includes(id);
  },
};

type Folder = { id: string; path: string; remove(path: string): Promise<void> };

/** Of jobs that have ended, by the row of the job; what no row tells of is left alone. */
async function folders({ db, paths }: Deps): Promise<Folder[]> {
  const isEnded = (jobId: string) => (findJob(db, jobId)?.endedAt ?? null) !== null;
  const places = [
    { what: "sources", path: paths.sources, remove: removeSource },
    { what: "tmp", path: paths.jobsTmp, remove: removeScratch },
  ];
  const found = await Promise.all(
    places.map(async ({ what, path, remove }) => {
      // What a removal that was cut short left of a checkout has its name and more.
      const names = new Set((await readdir(path).catch(() => [])).map((name) => name.split(".")[0]!));
      return [...names].filter(isEnded).map((name): Folder => ({ id: `${what}/${name}`, path: join(path, name), remove }));
    }),
  );
  return found.flat();
}

/** A program that nobody waits for any more would have nobody to end it. */
async function removeScratch(path: string): Promise<void> {
  for (const step of await readdir(path).catch(() => [])) await endKept(join(path, step));
  await rm(path, { recursive: true, force: true });
}

/** A release has its row before its image has a name. */
async function tags({ db, docker, instanceId }: Deps): Promise<string[]> {
  return (await tagsUnder(docker, `aeroplane-${short(instanceId)}/`)).filter((tag) => findRelease(db, tag.slice(tag.lastIndexOf(":") + 1)) === undefined);
}
