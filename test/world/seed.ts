// A server's /var/lib/docker. Ready servers get a copy of one that already holds the public images: seconds less than pulling each time.
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, readdir, rename, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { cacheDir } from "./cache.ts";
import { run } from "./command.ts";
import { docker, dockerBin, tryDocker } from "./docker.ts";
import { publicImages } from "./hub.ts";
import { likeARealMachine } from "./machine.ts";
import { ensureImage, imageKey, type EnsureOptions } from "./images/images.ts";
import type { ImageTag } from "./images/recipes.ts";
import { withLock } from "./lock.ts";
import { thisOwner } from "./owner.ts";
import { ownerLabel, type WorldRun } from "./run.ts";
import { until } from "./wait.ts";

export async function seededVolume(
  world: WorldRun,
  server: string,
  image: ImageTag | undefined,
  options: EnsureOptions,
): Promise<string> {
  const volume = `${server}-docker`;
  await docker(["volume", "create", "--label", `${ownerLabel}=${world.owner}`, volume]);
  if (image) await copyFolder(await seed(image, options), await mountpoint(volume));
  return volume;
}

const mountpoint = (volume: string): Promise<string> =>
  docker(["volume", "inspect", "--format", "{{.Mountpoint}}", volume]);

async function copyFolder(from: string, to: string): Promise<void> {
  await run(["cp", "--archive", "--reflink=auto", `${from}/.`, to], { timeout: 300_000 });
}

/** The folder that others are copied from; made once per set of images. */
async function seed(image: ImageTag, options: EnsureOptions): Promise<string> {
  const keys = await Promise.all([image, ...publicImages].map((tag) => imageKey(tag)));
  const key = createHash("sha256").update(keys.join()).digest("hex").slice(0, 12);
  const folder = join(cacheDir, "seeds", `${image.split(":")[1]}-${key}`);
  if (existsSync(folder)) return folder;
  await withLock(
    join(cacheDir, "seed.lock"),
    async () => {
      if (existsSync(folder)) return;
      options.say?.(`filling a Docker folder for ${image}`);
      for (const tag of publicImages) await ensureImage(tag, options);
      await mkdir(join(cacheDir, "seeds"), { recursive: true });
      await fill(await ensureImage(image, options), folder);
      await forgetOld(folder);
    },
    options,
  );
  return folder;
}

/** Folders of recipes that nobody used for two weeks. */
async function forgetOld(current: string): Promise<void> {
  const home = join(cacheDir, "seeds");
  for (const name of await readdir(home)) {
    const folder = join(home, name);
    const age = Date.now() - (await stat(folder)).mtimeMs;
    if (folder !== current && age > 14 * 86_400_000) await rm(folder, { recursive: true, force: true });
  }
}

/** Filled in a server that is thrown away, then put in its place by one rename. */
async function fill(image: string, folder: string): Promise<void> {
  const name = `aeroplane-world-seed-${process.pid}`;
  const label = `${ownerLabel}=${thisOwner}`;
  const fresh = `${folder}.${process.pid}`;
  try {
    await docker(["volume", "create", "--label", label, name]);
    await docker([
      "run",
      "--detach",
      "--name",
      name,
      "--label",
      label,
      "--network",
      "none",
      ...(await likeARealMachine()),
      "--volume",
      `${name}:/var/lib/docker`,
      image,
    ]);
    await until(
      "Docker in the seed server",
      async () => (await tryDocker(["exec", name, "docker", "info"])).code === 0,
      { within: 60_000, every: 200 },
    );
    await loadInto(name, publicImages);
    await docker(["exec", name, "systemctl", "stop", "docker.socket", "docker", "containerd"]);
    await docker(["rm", "--force", name]);
    await rm(fresh, { recursive: true, force: true });
    await mkdir(fresh);
    await copyFolder(await mountpoint(name), fresh);
    // Each daemon gives itself an identity.
    await rm(join(fresh, "engine-id"), { force: true });
    await rename(fresh, folder);
  } finally {
    await tryDocker(["rm", "--force", "--volumes", name]);
    await tryDocker(["volume", "rm", name]);
    await rm(fresh, { recursive: true, force: true });
  }
}

/** Copies images of this machine's Docker into a server's. */
export async function loadInto(container: string, images: readonly string[]): Promise<void> {
  const script = 'set -o pipefail; "$0" save "${@:2}" | "$0" exec -i "$1" docker load';
  await run(["bash", "-c", script, dockerBin, container, ...images], { timeout: 300_000 });
}
