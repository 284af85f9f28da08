import type { ToolLog } from "../sandbox/index.ts";
import { act } from "./act.ts";
import { gitFailure, requireReachable } from "./failures.ts";
import { makeFor, type GitPlace } from "./git.ts";
import { readTree, type Tree } from "./tree.ts";

export type Checkout = {
  url: string;
  /** For sentences. */
  branch: string;
  /** That a person asked for; null: the branch's newest. */
  commit: string | null;
  /** What is asked of the server: a ref, or the id of a commit. */
  wanted: string;
  /** Made here, with all that was fetched; its removal is the caller's. */
  gitDir: string;
  /** Folder of the sandbox account that takes the files; root gets them when all of them are there. */
  into: string;
  place: GitPlace;
  log: ToolLog;
  /** Also the files that Git LFS keeps elsewhere. */
  lfs?: boolean;
  /** Hears how many bytes of those are there, of how many. */
  coming?: (bytes: number, of: number) => void;
};

export const REF = "refs/heads/source";

/** One commit of one repository as plain files; what it would write is counted before it is written. */
export async function checkOut({ url, branch, commit, wanted, gitDir, into, place, log }: Checkout): Promise<Tree> {
  const inDir = (args: string[]) => act([`--git-dir=${gitDir}`, ...args], { place, url, log, failure: (said) => gitFailure({ url, branch, commit }, said) });
  await requireReachable(url, place.signal);
  await makeFor(place.account, gitDir);
  await inDir(["init", "--quiet", "--bare", "--template=", "--initial-branch=source"]);
  await inDir(["fetch", "--quiet", "--depth=1", "--no-tags", "--no-recurse-submodules", "--no-write-fetch-head", "--", url, `${wanted}:${REF}`]);
  const tree = await readTree(gitDir, REF, url, place);
  await inDir([`--work-tree=${into}`, "checkout", "--quiet", "--force", REF, "--", "."]);
  return tree;
}
