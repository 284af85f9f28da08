import { readdir, stat } from "node:fs/promises";
import { basename, join } from "node:path";
import { listArchives, removeArchive, type Archive } from "../runtime/archive.ts";
import { findService } from "../store/index.ts";
import type { Deps, Part } from "./part.ts";

const GiB = 1024 ** 3;

/** Output of containers that are gone. */
export const logs: Part = {
  name: "logs",
  words: { name: "Logs", about: "Output of containers that are gone" },
  budget: { field: "logsBytes", ofDisk: 0.05, least: GiB / 2, most: 10 * GiB },
  on: "data",
  storeless: true,
  async look(deps) {
    const all = await archives(deps);
    const items = await Promise.all(
      all.map(async ({ serviceId, archive }) => ({
        id: `${serviceId}/${basename(archive.path)}`,
        name: `${findService(deps.db, serviceId)?.name ?? "A service that is gone"} · instance ${archive.ordinal ?? 1}`,
        serviceId,
        bytes: (await stat(archive.path).catch(() => null))?.size ?? 0,
        at: archive.createdAt,
      })),
    );
    return { bytes: items.reduce((sum, { bytes }) => sum + bytes, 0), items: items.toSorted((a, b) => a.at - b.at) };
  },
  async take(deps, id) {
    // Only what is found there by its own name: an id is no path.
    const found = (await archives(deps)).find(({ serviceId, archive }) => `${serviceId}/${basename(archive.path)}` === id);
    if (found === undefined) return false;
    await removeArchive(found.archive.path);
    return true;
  },
};

async function archives({ paths }: Deps): Promise<{ serviceId: string; archive: Archive }[]> {
  const services = await readdir(paths.serviceLogs).catch(() => []);
  const lists = await Promise.all(services.map(async (serviceId) => (await listArchives(join(paths.serviceLogs, serviceId))).map((archive) => ({ serviceId, archive }))));
  return lists.flat();
}
