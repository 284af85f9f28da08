// A file that others may read at any moment: it is there with all that is in it, or not at all.
import { rename, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { thisOwner } from "./owner.ts";

/** Until it is whole it has a name that begins with a dot. */
export async function putWhole(path: string, text: string): Promise<void> {
  const own = join(dirname(path), `.${basename(path)}.${thisOwner}`);
  await writeFile(own, text);
  await rename(own, path);
}
