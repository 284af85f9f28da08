// What must not lie in an agent's folder when nothing is under way.
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { idsIn } from "./rows.ts";

const namesIn = (folder: string): Promise<string[]> => readdir(folder).catch(() => []);

/** Folders with what jobs leave while they run, links on their way to their names, and what belongs to no row. */
export async function wrongFiles(dataDir: string): Promise<string[]> {
  const under = async (folder: string, isLeft: (name: string) => boolean = () => true) =>
    (await namesIn(join(dataDir, folder))).filter(isLeft).map((name) => `left behind: ${folder}/${name}`);
  const isOnItsWay = (name: string) => name.startsWith(".") || name.endsWith(".new");
  const found = await Promise.all([
    under("sources", (name) => name !== "known_hosts"),
    under("tmp", (name) => !["jobs", "buildx"].includes(name)),
    under("tmp/jobs"),
    under("routes/try"),
    under("logs/jobs", (name) => name.endsWith(".raw")),
    ...["routes/hosts", "routes/services", "routes/targets", "caddy", "hosts"].map((folder) => under(folder, isOnItsWay)),
    sitesOfNothing(dataDir),
  ]);
  return found.flat();
}

/** Each folder is the site of a release that stands, or of one that such a release was copied from. */
async function sitesOfNothing(dataDir: string): Promise<string[]> {
  const releases = idsIn(dataDir, "SELECT id FROM release WHERE state <> 'failed' UNION SELECT originId FROM release WHERE state <> 'failed' AND originId IS NOT NULL");
  const services = await namesIn(join(dataDir, "sites"));
  const found = await Promise.all(services.map(async (service) => (await namesIn(join(dataDir, "sites", service))).map((name) => ({ service, name }))));
  return found.flat().filter(({ name }) => !releases.has(name)).map(({ service, name }) => `left behind: sites/${service}/${name}`);
}
