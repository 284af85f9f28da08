import { existsSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";

/**
 * A file that leads a browser to an address: what a program is started with can be read by everybody on this computer, a
 * file that belongs to its owner alone cannot.
 */
export async function leadTo(address: string, parent = parentFolder()): Promise<{ path: string; remove(): Promise<void> }> {
  // Its folder is made for its owner alone.
  const folder = await mkdtemp(join(parent, "Aeroplane-"));
  const path = join(folder, "open.html");
  await writeFile(path, page(address), { mode: 0o600, flag: "wx" });
  return { path, remove: () => rm(folder, { recursive: true, force: true }) };
}

/** Browsers that come as a snap see only what is plain to see in the home folder. */
function parentFolder(): string {
  return process.platform === "linux" && existsSync(join(homedir(), "snap")) ? homedir() : tmpdir();
}

const page = (address: string): string =>
  `<!doctype html><meta charset="utf-8"><meta name="referrer" content="no-referrer"><title>Aeroplane</title><meta http-equiv="refresh" content="0;url=${address}"><p><a href="${address}">Open Aeroplane</a></p>\n`;
