import { readdir, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isAlive } from "../../config/alive.ts";
import { runSsh } from "../config/program.ts";

/** The folders of one connection each carry the id of the process that made them. */
export const folderPrefix = () => join(tmpdir(), `apl-${process.pid}-`);
const NAME = /^apl-(\d+)-[A-Za-z0-9]{6}$/;

/** A program that was killed could not end its ssh: the next connection does, by the control socket in the folder that was left. */
export async function endLeftovers(): Promise<void> {
  for (const name of await readdir(tmpdir())) {
    const owner = Number(NAME.exec(name)?.[1]);
    if (!owner || isAlive(owner)) continue;
    const folder = join(tmpdir(), name);
    const found = await stat(folder).catch(() => null);
    if (!found?.isDirectory() || found.uid !== process.getuid?.()) continue;
    await runSsh(["-F", "none", "-S", join(folder, "m"), "-o", "ProxyCommand=false", "-O", "exit", "aeroplane"]).catch(() => {});
    await rm(folder, { recursive: true, force: true });
  }
}
