import { chmod, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isAlive } from "../../../src/desktop/config/alive.ts";

const PREFIX = "aeroplane-demo-";

export type DemoPlace = { folder: string; local: string; config: string; httpPort: number };

/** A place of its own for everything of one demo. */
export async function createPlace(): Promise<DemoPlace> {
  const folder = await mkdtemp(join(tmpdir(), PREFIX));
  // Caddy's user passes through; the folders inside have modes of their own.
  await chmod(folder, 0o711);
  await writeFile(join(folder, "owner"), String(process.pid));
  const local = join(folder, "local");
  const config = join(folder, "config");
  await mkdir(local, { mode: 0o711 });
  await mkdir(config, { mode: 0o700 });
  return { folder, local, config, httpPort: await freePort() };
}

/** Places of demos that were killed; their owners are gone. */
export async function abandonedPlaces(): Promise<string[]> {
  const names = (await readdir(tmpdir())).filter((name) => name.startsWith(PREFIX));
  const owned = await Promise.all(names.map(async (name) => ({ folder: join(tmpdir(), name), owner: Number(await readFile(join(tmpdir(), name, "owner"), "utf8").catch(() => "0")) })));
  return owned.filter(({ owner }) => owner > 0 && !isAlive(owner)).map(({ folder }) => folder);
}

export async function removePlace(folder: string): Promise<void> {
  await rm(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
}


function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer().on("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });
}
