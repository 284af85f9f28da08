// What the official Node image unpacks into /usr/local: our pinned Node, and npm by npm's own client.
import { copyFile, mkdir, mkdtemp, readdir, rename, rm, symlink } from "node:fs/promises";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { cacheDir } from "../cache.ts";
import { run, type CommandOptions } from "../command.ts";

const npmVersion = "11.6.0";

export async function nodeDistribution(options: CommandOptions): Promise<string> {
  const home = join(cacheDir, "node-distribution", `${process.version}-npm-${npmVersion}`);
  if (existsSync(home)) return home;
  await mkdir(join(cacheDir, "node-distribution"), { recursive: true });
  const folder = await mkdtemp(join(cacheDir, "node-distribution", ".new-"));
  const npm = join(folder, "lib/node_modules/npm");
  await mkdir(join(folder, "bin"));
  await mkdir(npm, { recursive: true });
  await copyFile(process.execPath, join(folder, "bin/node"));
  await run(["npm", "pack", "--silent", `npm@${npmVersion}`, "--pack-destination", folder], {
    timeout: 180_000,
    ...options,
  });
  const archive = (await readdir(folder)).find((file) => file.endsWith(".tgz"));
  if (!archive) throw new Error("npm pack left no archive behind.");
  await run(
    ["tar", "-xzf", join(folder, archive), "--strip-components=1", "--no-same-owner", "-C", npm],
    options,
  );
  await rm(join(folder, archive));
  await symlink("../lib/node_modules/npm/bin/npm-cli.js", join(folder, "bin/npm"));
  await symlink("../lib/node_modules/npm/bin/npx-cli.js", join(folder, "bin/npx"));
  await rename(folder, home);
  return home;
}
