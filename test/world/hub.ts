// A registry that stands where the public names point: on the servers' gateway, port 443, with a certificate that they trust.
import { existsSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { cacheDir } from "./cache.ts";
import { run } from "./command.ts";
import { certificateFor } from "./images/authority.ts";
import { ensureImage, imageKey, type EnsureOptions } from "./images/images.ts";
import type { ImageTag } from "./images/recipes.ts";
import { withLock } from "./lock.ts";
import type { WorldRun } from "./run.ts";
import { until } from "./wait.ts";
import { connect } from "node:net";

export const publicNames = ["registry-1.docker.io", "ghcr.io", "quay.io"];
export const publicImages = [
  "debian:trixie-slim",
  "node:24-slim",
  "world/tiny:1",
  "world/volume:1",
] as const satisfies ImageTag[];

export type Hub = {
  address: string;
  /** Offers an image of the machine's Docker under a public name such as team/app:2. */
  push: (local: string, name: string) => Promise<void>;
};

const storage = join(cacheDir, "registry");

export async function startHub(
  world: WorldRun,
  gateway: string,
  options: EnsureOptions = {},
): Promise<Hub> {
  const folder = join(world.folder, "hub");
  await mkdir(folder, { recursive: true });
  await mkdir(storage, { recursive: true });
  const tls = await certificateFor([...publicNames, gateway], folder);
  const config = {
    version: "0.1",
    log: { level: "warn" },
    storage: { filesystem: { rootdirectory: storage } },
    http: { addr: `${gateway}:443`, tls: { certificate: tls.certificate, key: tls.key } },
  };
  await writeFile(join(folder, "config.json"), JSON.stringify(config));
  // YAML is a superset of JSON.
  await world.daemon("hub", ["docker-registry", "serve", join(folder, "config.json")]);
  await until(`the registry on ${gateway}:443`, () => accepts(gateway, 443), { within: 20_000 });
  const hub = {
    address: `${gateway}:443`,
    push: (local: string, name: string) => push(`${gateway}:443`, local, name),
  };
  for (const tag of publicImages) await offer(hub, tag, options);
  return hub;
}

/** Pushed once per image key: the storage outlives the run. */
async function offer(hub: Hub, tag: ImageTag, options: EnsureOptions): Promise<void> {
  await ensureImage(tag, options);
  const key = await imageKey(tag);
  const marker = join(storage, `.pushed-${tag.replaceAll(/[/:]/g, "-")}-${key}`);
  if (existsSync(marker)) return;
  await withLock(
    join(cacheDir, "registry.lock"),
    async () => {
      if (existsSync(marker)) return;
      options.say?.(`offering ${tag} in the registry`);
      await hub.push(tag, tag);
      await writeFile(marker, "");
    },
    options,
  );
}

async function push(address: string, local: string, name: string): Promise<void> {
  const path = name.includes("/") ? name : `library/${name}`;
  const compression = ["--dest-compress-format", "gzip", "--dest-compress-level", "1"];
  await run(
    [
      "skopeo",
      "copy",
      "--quiet",
      "--insecure-policy",
      ...compression,
      "--dest-tls-verify=false",
      `docker-daemon:${local}`,
      `docker://${address}/${path}`,
    ],
    { timeout: 300_000 },
  );
}

export function accepts(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host, port, timeout: 2_000 });
    const end = (open: boolean) => {
      socket.destroy();
      resolve(open);
    };
    socket.once("connect", () => end(true));
    socket.once("error", () => end(false));
    socket.once("timeout", () => end(false));
  });
}
