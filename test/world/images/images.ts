// Brings an image of the world into the machine's Docker: once, and again when its recipe or what it stands on has changed.
import { createHash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { cacheDir } from "../cache.ts";
import type { CommandOptions } from "../command.ts";
import { tryDocker } from "../docker.ts";
import { withLock } from "../lock.ts";
import { recipes, type ImageTag, type Recipe } from "./recipes.ts";

const keyLabel = "aeroplane.world.key";
const keys = new Map<string, Promise<string>>();

export type EnsureOptions = { signal?: AbortSignal; say?: (line: string) => void };

/** Public names are what servers and apps ask for; our own images carry their key, so that two checkouts do not replace each other's. */
export async function imageName(tag: ImageTag): Promise<string> {
  return tag.startsWith("world/server:") ? `${tag}-${await imageKey(tag)}` : tag;
}

/** Makes sure that the image is there and returns the name to run it by. */
export async function ensureImage(tag: ImageTag, options: EnsureOptions = {}): Promise<string> {
  const [key, name] = [await imageKey(tag), await imageName(tag)];
  if (await stands(name, key)) return name;
  const recipe: Recipe = recipes[tag];
  for (const needed of recipe.needs) await ensureImage(needed as ImageTag, options);
  await withLock(
    join(cacheDir, `image-${tag.replaceAll(/[/:]/g, "-")}.lock`),
    async () => {
      if (await stands(name, key)) return;
      const started = performance.now();
      options.say?.(`making the image ${tag}`);
      await recipe.make(name, [`${keyLabel}=${key}`], childOptions(options));
      options.say?.(`made ${tag} in ${((performance.now() - started) / 1000).toFixed(0)} s`);
      await forgetOld();
    },
    options,
  );
  return name;
}

/** Servers' images of recipes that nobody used for two weeks. Docker refuses those in use by itself. */
async function forgetOld(): Promise<void> {
  await tryDocker(["image", "prune", "--all", "--force", "--filter", "label=aeroplane.world.server", "--filter", "until=336h"]);
}

function childOptions({ signal }: EnsureOptions): CommandOptions {
  return signal ? { signal } : {};
}

/** A person's own image of the same public name is used as it is and never replaced. */
async function stands(tag: string, key: string): Promise<boolean> {
  const { code, stdout } = await tryDocker([
    "image",
    "inspect",
    "--format",
    `{{index .Config.Labels "${keyLabel}"}}`,
    tag,
  ]);
  if (code !== 0) return false;
  const label = stdout.trim();
  return label === key || (!tag.startsWith("world/") && (label === "" || label === "<no value>"));
}

export function imageKey(tag: ImageTag): Promise<string> {
  const known = keys.get(tag);
  if (known) return known;
  const key = computeKey(recipes[tag]);
  keys.set(tag, key);
  return key;
}

async function computeKey(recipe: Recipe): Promise<string> {
  const hash = createHash("sha256").update(String(recipe.version));
  for (const needed of recipe.needs) hash.update(await imageKey(needed as ImageTag));
  if (recipe.folder) {
    const files = (await readdir(recipe.folder)).sort();
    for (const file of files)
      hash
        .update(file)
        .update("\0")
        .update(await readFile(join(recipe.folder, file)))
        .update("\0");
  }
  if (recipe.inputs) hash.update(await recipe.inputs());
  return hash.digest("hex").slice(0, 16);
}
