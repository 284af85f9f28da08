// Where a value could be left: files of ours, images, what the builder keeps.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createReadStream } from "node:fs";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { docker, dockerBin } from "../../world/docker.ts";

type Take = (chunk: Buffer) => void;

/** All files below a folder, with their names; answers how many. What goes meanwhile, file or folder, is none. */
export async function takeFolder(folder: string, take: Take): Promise<number> {
  let count = 0;
  for (const entry of await readdir(folder, { withFileTypes: true }).catch(() => [])) {
    const path = join(folder, entry.name);
    take(Buffer.from(`${path}\n`));
    if (entry.isDirectory()) count += await takeFolder(path, take);
    if (!entry.isFile()) continue;
    count += 1;
    await takeStream(createReadStream(path), take).catch(() => {});
  }
  return count;
}

async function takeStream(stream: AsyncIterable<Buffer>, take: Take): Promise<void> {
  for await (const chunk of stream) take(chunk);
}

/** Names, layers, configuration and history; of several names of one image once, and of one that was only pulled nothing. */
export async function takeImages(tags: readonly string[], pulled: string, take: Take): Promise<void> {
  const idOf = async (tag: string) => (await docker(["image", "inspect", "--format", "{{.Id}}", tag])).trim();
  const seen = new Set([await idOf(pulled)]);
  for (const tag of tags) {
    take(Buffer.from(`${tag}\n`));
    try {
      const id = await idOf(tag);
      if (!seen.has(id)) await takeImage(tag, take);
      seen.add(id);
    } catch (error) {
      // An agent that cleans up meanwhile may take it away.
      const isThere = await idOf(tag).then(() => true, () => false);
      if (isThere) throw error;
    }
  }
}

async function takeImage(tag: string, take: Take): Promise<void> {
  take(Buffer.from(await docker(["history", "--no-trunc", "--format", "{{json .}}", tag])));
  take(Buffer.from(await docker(["image", "inspect", tag])));
  const child = spawn(dockerBin, ["save", tag], { stdio: ["ignore", "pipe", "ignore"] });
  const ended = once(child, "close");
  await takeStream(child.stdout, take);
  const [code] = (await ended) as [number | null];
  if (code !== 0) throw new Error(`docker save ${tag} ended with ${code}`);
}

/** Its databases: names of steps, keys of its cache, descriptions. Answers how many there are. */
export async function takeBuilder(root: string, take: Take): Promise<number> {
  const folder = join(root, "buildkit");
  const databases = (await readdir(folder)).filter((name) => name.endsWith(".db"));
  for (const name of databases) await takeStream(createReadStream(join(folder, name)), take);
  return databases.length;
}
