// What somebody else keeps on the same Docker: nothing of it may be another after any number of cleanups.
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { run } from "../../world/command.ts";
import { dockerBin } from "../../world/docker.ts";
import { buildxBin } from "../../world/parts.ts";

export type Engine = { docker: (...words: string[]) => Promise<string>; build: (folder: string, ...words: string[]) => Promise<string>; cache: () => Promise<CacheRecord[]> };
export type CacheRecord = { ID: string; UsageCount: number };

export function engineAt(socket: string, folder: string): Engine {
  const host = `unix://${socket}`;
  return {
    docker: async (...words) => (await run([dockerBin, "-H", host, ...words])).trim(),
    build: async (context, ...words) =>
      run([await buildxBin(), "--builder", "default", "build", "--provenance=false", ...words, context], { env: { DOCKER_HOST: host, BUILDX_CONFIG: join(folder, "stranger-buildx") } }),
    async cache() {
      const told = JSON.parse(await run(["curl", "--silent", "--fail", "--unix-socket", socket, "http://docker/system/df?type=build-cache&verbose=1"])) as Usage;
      return told.BuildCacheUsage?.Items ?? told.BuildCache ?? [];
    },
  };
}

type Usage = { BuildCache?: CacheRecord[] | null; BuildCacheUsage?: { Items?: CacheRecord[] | null } };

export type Strangers = {
  /** Builds something more, as somebody does between our deployments. */
  buildMore(): Promise<void>;
  /** What is another than it was. */
  changed(): Promise<string[]>;
};

const BASE = "world/tiny:1";

export async function settleStrangers(engine: Engine, folder: string, pulled: string): Promise<Strangers> {
  const { docker, build, cache } = engine;
  await docker("volume", "create", "stranger");
  await docker("network", "create", "stranger");
  await docker("run", "--detach", "--name", "stranger", "--volume", "stranger:/data", BASE);
  await docker("create", "--name", "stranger-ended", BASE);
  await docker("tag", BASE, "stranger/app:1");
  // Without a name, and with the name of its digest alone: what a careless pruning takes first.
  const nameless = await docker("commit", "--change", "ENV OF=stranger", "stranger-ended");
  await docker("pull", "--quiet", `${pulled}:stranger`);
  const digest = await docker("image", "inspect", "--format", "{{index .RepoDigests 0}}", `${pulled}:stranger`);
  await docker("rmi", `${pulled}:stranger`);
  await docker("pull", "--quiet", digest);

  const records = new Map<string, number>();
  let built = 0;
  async function buildMore() {
    built += 1;
    const place = join(folder, `stranger-${built}`);
    await mkdir(place);
    await writeFile(join(place, "file"), `stranger ${built}`);
    await writeFile(join(place, "Dockerfile"), `FROM ${BASE}\nCOPY file /file\n`);
    const before = new Set((await cache()).map(({ ID }) => ID));
    await build(place, "--output", "type=cacheonly");
    for (const { ID, UsageCount } of await cache()) if (!before.has(ID)) records.set(ID, UsageCount);
  }
  await buildMore();

  const things: [string, string[]][] = [
    ["container", ["container", "inspect", "--format", "{{.Id}} {{.State.Status}} {{.State.StartedAt}}", "stranger", "stranger-ended"]],
    ["image", ["image", "inspect", "--format", "{{.Id}} {{.RepoTags}} {{.RepoDigests}}", "stranger/app:1", nameless, digest]],
    ["volume", ["volume", "inspect", "--format", "{{.Mountpoint}} {{.CreatedAt}}", "stranger"]],
    ["network", ["network", "inspect", "--format", "{{.Id}}", "stranger"]],
  ];
  const tell = (words: string[]) => docker(...words).catch(() => "gone");
  const before = await Promise.all(things.map(([, words]) => tell(words)));
  return {
    buildMore,
    async changed() {
      const now = await Promise.all(things.map(([, words]) => tell(words)));
      const here = new Set((await cache()).map(({ ID }) => ID));
      const lost = [...records.keys()].filter((id) => !here.has(id));
      return [...things.flatMap(([what], at) => (now[at] === before[at] ? [] : [`a stranger's ${what}: ${before[at]} became ${now[at]}`])), ...(lost.length > 0 ? [`${lost.length} of a stranger's ${records.size} records of cache`] : [])];
    },
  };
}
