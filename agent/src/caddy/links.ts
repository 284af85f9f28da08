import { open, readdir, readFile, readlink } from "node:fs/promises";
import { basename, join } from "node:path";
import { effect, filesOf } from "../effects/index.ts";

const { rename, rm, symlink } = filesOf("caddy.route");

/** A target never changes; what a crash left half is written again. */
export async function writeOnce(path: string, text: string) {
  if ((await readFile(path, "utf8").catch(() => null)) === text) return;
  await effect("caddy.route.write", async () => {
    const file = await open(path, "w", 0o644);
    try {
      await file.writeFile(text);
      await file.sync();
    } finally {
      await file.close();
    }
  });
}

/** What begins with a dot is a link on its way to its name. */
export async function list(folder: string): Promise<string[]> {
  return (await readdir(folder)).filter((name) => !name.startsWith("."));
}

export async function linkText(path: string): Promise<string | null> {
  try {
    return await readlink(path);
  } catch (error) {
    if (["ENOENT", "EINVAL"].includes((error as NodeJS.ErrnoException).code ?? "")) return null;
    throw error;
  }
}

export async function replaceLink(path: string, text: string) {
  if ((await linkText(path)) !== text) await putLink(path, text);
}

/** By rename, also over one that says the same; durable when it returns. */
export async function putLink(path: string, text: string) {
  const next = join(path, "..", `.${basename(path)}`);
  await rm(next, { recursive: true, force: true });
  await symlink(text, next);
  await rename(next, path);
  await syncFolder(join(path, ".."));
}

export async function removeLink(path: string) {
  if ((await linkText(path)) === null) return;
  await rm(path, { force: true });
  await syncFolder(join(path, ".."));
}

/** A rename is kept over a power cut only when its folder is. */
export async function syncFolder(folder: string) {
  const handle = await open(folder, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
