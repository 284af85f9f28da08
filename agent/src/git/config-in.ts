import { REF } from "./checkout.ts";
import { git, type GitPlace } from "./git.ts";

/** A larger file is none that a person has written. */
const LARGEST = 2 ** 20;

/** What a file of settings in the commit says: read by Git from the commit itself, so that no link of the checkout is followed. Empty: nothing. */
export async function configIn({ gitDir, place }: { gitDir: string; place: GitPlace }, file: string, wanted: string[]): Promise<string> {
  const size = await git([`--git-dir=${gitDir}`, "cat-file", "-s", `${REF}:${file}`], place);
  if (size.code !== 0 || Number(size.stdout) > LARGEST) return "";
  return (await git([`--git-dir=${gitDir}`, "config", "--null", "--blob", `${REF}:${file}`, ...wanted], place)).stdout;
}
