import { open, readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { effect, filesOf } from "../effects/index.ts";
import type { DeployDeps } from "../deploy/deps.ts";
import { inspectContainer } from "../docker/container.ts";
import { ordinalOf } from "../docker/names.ts";
import { indexOf, keepBlocks } from "./history/archive-blocks.ts";
import { addBytes, noBlocks, type Blocks } from "./history/blocks.ts";
import { readAllKeptBytes } from "./history/kept-bytes.ts";

const { mkdir, rename, rm } = filesOf("log.archive");

/** Of containers that are gone, so many bytes of output are kept for each service. */
const KEPT_BYTES = 50_000_000;

/** When it was made, which container, which release and instance: enough to put them in order and to name where a line is from. */
export type Archive = { path: string; createdAt: number; container: string; release: string; ordinal: number | null };

export const shortContainer = (id: string): string => id.slice(0, 12);

/**
 * Keeps the output of a container that is about to be removed. Logs are worth less than the act that they belong to: a
 * full disk or an engine that cannot read them fails nothing.
 */
export async function archiveOutput(deps: Pick<DeployDeps, "docker" | "paths" | "note">, serviceId: string, id: string): Promise<void> {
  try {
    const facts = await inspectContainer(deps.docker, id);
    if (facts === null || facts.owner.once) return;
    const folder = deps.paths.logsOf(serviceId);
    await mkdir(folder, { recursive: true, mode: 0o750 });
    const ordinal = ordinalOf(facts.owner);
    const path = join(folder, `${secondOf(facts.createdAt)}_${shortContainer(id)}_${facts.owner.release ?? "unknown"}${ordinal === null ? "" : `_${ordinal}`}.log`);
    const blocks = await effect("log.archive.write", () => copy(deps, id, `${path}.part`));
    await rename(`${path}.part`, path);
    await keepBlocks(path, blocks);
    await dropOldest(folder);
  } catch (error) {
    deps.note("output not kept", { serviceId, container: id, error: String(error) });
  }
}

/** Under another name until it is whole: a reader never sees half of it, and a repetition after a crash writes the same file. */
async function copy({ docker }: Pick<DeployDeps, "docker">, id: string, path: string): Promise<Blocks> {
  const file = await open(path, "w", 0o640);
  const blocks = noBlocks();
  try {
    for await (const bytes of readAllKeptBytes(docker, id, { rest: true })) {
      await file.appendFile(bytes);
      addBytes(blocks, bytes);
    }
  } finally {
    await file.close();
  }
  return blocks;
}

export async function listArchives(folder: string): Promise<Archive[]> {
  const names = await readdir(folder).catch(() => []);
  return names
    .flatMap((name) => {
      const found = /^(\d+)_([0-9a-f]+)_([^_]+?)(?:_(\d+))?\.log$/.exec(name);
      if (found === null) return [];
      return [{ path: join(folder, name), createdAt: Number(found[1]), container: found[2]!, release: found[3]!, ordinal: found[4] === undefined ? null : Number(found[4]) }];
    })
    .sort((a, b) => a.createdAt - b.createdAt);
}

async function dropOldest(folder: string): Promise<void> {
  let kept = 0;
  for (const { path } of (await listArchives(folder)).reverse()) {
    kept += (await stat(path)).size;
    if (kept > KEPT_BYTES) await removeArchive(path);
  }
}

/** With what was found out of it; idempotent. */
export async function removeArchive(path: string): Promise<void> {
  await rm(path, { force: true });
  await rm(indexOf(path), { force: true });
}

/** As coarse as Docker's list of containers tells it, so that both put the containers in the same order. */
function secondOf(at: number): number {
  return Math.floor(at / 1000) * 1000;
}
