// Sweeps up what killed runs left behind. Only things that carry the world's label and whose owner is dead.
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { cacheDir } from "./cache.ts";
import { docker, tryDocker } from "./docker.ts";
import { reapFolders } from "./folder.ts";
import { withLock } from "./lock.ts";
import { isAlive, type Owner } from "./owner.ts";
import { endRun, ownerLabel, runsDir } from "./run.ts";

export async function reapDead(): Promise<void> {
  await withLock(join(cacheDir, "reap.lock"), async () => {
    await reapFolders();
    await removeOwned((owner) => !isAlive(owner));
  });
}

export async function removeOwnedBy(owner: Owner): Promise<void> {
  await removeOwned((other) => other === owner);
}

async function removeOwned(wanted: (owner: Owner) => boolean): Promise<void> {
  const containers = await owned(["ps", "--all"], "{{.ID}}", wanted);
  if (containers.length > 0) await tryDocker(["rm", "--force", "--volumes", ...containers]);
  const volumes = await owned(["volume", "ls"], "{{.Name}}", wanted);
  if (volumes.length > 0) await tryDocker(["volume", "rm", ...volumes]);
  const networks = await owned(["network", "ls"], "{{.ID}}", wanted);
  if (networks.length > 0) await tryDocker(["network", "rm", ...networks]);
  for (const name of await readdir(runsDir).catch(() => [])) {
    const owner = await readFile(join(runsDir, name, "owner"), "utf8").catch(() => undefined);
    if (owner && wanted(owner)) await endRun(join(runsDir, name));
  }
}

async function owned(
  list: string[],
  field: string,
  wanted: (owner: Owner) => boolean,
): Promise<string[]> {
  const lines = await docker([
    ...list,
    "--filter",
    `label=${ownerLabel}`,
    "--format",
    `${field} {{.Label "${ownerLabel}"}}`,
  ]);
  return lines
    .split("\n")
    .map((line) => line.trim().split(" ") as [string, string?])
    .filter(([id, owner]) => id && owner && wanted(owner))
    .map(([id]) => id);
}
