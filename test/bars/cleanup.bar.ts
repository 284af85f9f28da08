// Deploy upon deploy of what is built, and of an image with a new tag each time: the disk stays as full as after the first few, and nothing of a stranger's is touched.
import { randomBytes } from "node:crypto";
import { statfs } from "node:fs/promises";
import { dirname } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Service } from "../../agent/contract/index.ts";
import { ensureImage } from "../world/images/images.ts";
import { firstEnvironment } from "../world/environment.ts";
import { ownedFolder } from "../world/folder.ts";
import { raiseWorld } from "../world/raise.ts";
import { startAgentProcess, type AgentProcess } from "./agent-process.ts";
import { startTagRegistry } from "./cleanup/registry.ts";
import { engineAt, settleStrangers, type Engine } from "./cleanup/strangers.ts";
import { bar } from "./frame.ts";
import { copyImage, startSmallDockerd } from "./small-dockerd.ts";

const KEPT = 2;
/** Docker's disk is memory: far more than is kept, far less than all of it would need. */
const MEGABYTES = 400;
/** Of every release, so that one that is kept too many is seen. */
const OWN_BYTES = 256 * 1024;
const SLACK_BYTES = 2 * OWN_BYTES;
const LOOKS = 20;

type Measured = { images: number; bytes: number; records: number };

export default bar({
  name: "cleanup",
  minutes: 60,
  async run(context) {
    const { short, say, signal } = context;
    const [deploys, tags] = short ? [5, 4] : [500, 100];
    const [world, dockerd, base] = await Promise.all([raiseWorld(), startSmallDockerd(context, MEGABYTES), ensureImage("world/tiny:1")]);
    context.cleanup(() => world.stop());
    await copyImage(dockerd.socket, base);
    const agent = await startAgentProcess(context, { dockerSocket: dockerd.socket, dataDir: await ownedFolder("cleanup") });
    const engine = engineAt(dockerd.socket, world.folder);
    const registry = await startTagRegistry(context, world.folder);
    const strangers = await settleStrangers(engine, world.folder, registry);
    const settings = await agent.client.instance.settings({});
    await agent.client.instance.change({ trustedProxies: settings.trustedProxies, storage: { releases: KEPT, imagesBytes: null, cacheBytes: 0, logsBytes: 0, freeBytes: 0 } });

    const environmentId = await firstEnvironment(agent.client, (await agent.client.projects.create({ name: "Cleanup" })).id);
    const common = { port: 80, drainSeconds: 0, stopSeconds: 0 };
    const repository = await world.git.create("built", { Dockerfile: "FROM world/tiny:1\nCOPY own /own\n", own: randomBytes(OWN_BYTES) });
    const built = await agent.client.services.create({ environmentId, name: "built", shape: "web", hostname: `built.${world.run}.test`, config: { ...common, source: { type: "git", url: repository.http, branch: repository.branch } } });
    const pulled = await agent.client.services.create({ environmentId, name: "pulled", shape: "web", hostname: `pulled.${world.run}.test`, config: { ...common, source: { type: "image", reference: `${registry}:1` } } });

    const nextBuilt = async (number: number) => {
      if (number > 1) await repository.commit({ own: randomBytes(OWN_BYTES) }, `Release ${number}`);
      await deploy(agent, built);
    };
    const nextPulled = async (number: number) => {
      await agent.client.services.update({ id: pulled.id, config: { ...pulled.config, source: { type: "image", reference: `${registry}:${number}` } } as never });
      await deploy(agent, pulled);
    };
    // As many as are kept and one more, which the first one made way for.
    const settled = KEPT + 1;
    const begun = performance.now();
    for (let number = 1; number <= settled; number++) await Promise.all([nextBuilt(number), nextPulled(number)]);
    const first = await measured(agent, engine, registry);
    say(`after ${settled} deployments of each: ${told(first)}`);
    for (let number = settled + 1; number <= deploys; number++) {
      signal.throwIfAborted();
      await Promise.all([nextBuilt(number), ...(number <= tags ? [nextPulled(number)] : [])]);
      if (number === settled + 1) await strangers.buildMore();
      if (number % 50 === 0) say(`${number} deployments, ${((performance.now() - begun) / 1000 / number).toFixed(1)} s each: ${told(await measured(agent, engine, registry))}`);
    }
    const seconds = (performance.now() - begun) / 1000;
    const last = await measured(agent, engine, registry);
    // Docker may still be removing what it has answered for.
    for (let left = LOOKS; left > 0 && last.bytes > first.bytes + SLACK_BYTES; left -= 1) {
      await sleep(1000, undefined, { signal });
      last.bytes = await bytesOf(engine);
    }
    const wrong = await strangers.changed();
    if (last.images !== first.images) wrong.push(`${last.images} images instead of ${first.images}`);
    if (last.bytes > first.bytes + SLACK_BYTES) wrong.push(`${last.bytes - first.bytes} bytes more`);
    if (last.records > 0) wrong.push(`${last.records} records of our builds are left`);
    for (const line of wrong) say(`wrong: ${line}`);
    return {
      ok: wrong.length === 0,
      figure: `cleanup: ${deploys} deployments of what is built and ${tags} tags in ${seconds.toFixed(0)} s, ${wrong.length} wrong; after ${settled} of each ${told(first)}, at the end ${told(last)}; of strangers nothing touched`,
    };
  },
});

const told = ({ images, bytes, records }: Measured) => `${images} images, ${(bytes / 1024 ** 2).toFixed(1)} MB, ${records} records of cache`;

async function deploy(agent: AgentProcess, { id: serviceId, name }: Service): Promise<void> {
  const { id } = await agent.client.deployments.start({ serviceId });
  const { state, problem } = await agent.deployed(id);
  if (state !== "succeeded") throw new Error(`the deployment of ${name} ${state}: ${problem?.message} ${problem?.detail ?? ""}`);
}

/** After a cleanup that takes what its preview told: what is ours is counted, and the disk as a whole. */
async function measured({ client, ended }: AgentProcess, { docker }: Engine, registry: string): Promise<Measured> {
  const look = async () => (await client.instance.cleanupPreview({})).parts;
  const items = (await look()).flatMap(({ part, items: found }) => found.map(({ id }) => ({ part, id })));
  if (items.length > 0) {
    const { state, problem } = await ended((await client.instance.cleanup({ items })).job.id);
    if (state !== "succeeded") throw new Error(`the cleanup ${state}: ${problem?.message}`);
  }
  const parts = await look();
  const records = parts.find(({ part }) => part === "cache")!.items.length;
  const lines = async (...words: string[]) => (await docker(...words)).split("\n").filter(Boolean);
  const ours = await lines("images", "--all", "--quiet", "--filter", "label=run.aeroplane.instance");
  const brought = await lines("images", "--all", "--quiet", registry);
  return { images: new Set([...ours, ...brought]).size, bytes: await bytesOf({ docker }), records };
}

/** Of the disk that this Docker has for itself: nobody else's work is in it. */
async function bytesOf({ docker }: Pick<Engine, "docker">): Promise<number> {
  const root = await docker("info", "--format", "{{.DockerRootDir}}");
  const { blocks, bfree, bsize } = await statfs(dirname(root));
  return (blocks - bfree) * bsize;
}
