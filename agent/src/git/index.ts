import { stat } from "node:fs/promises";
import { join } from "node:path";
import { effect } from "../effects/index.ts";
import { fail } from "../../contract/index.ts";
import { ownNamespace, takeOver, type Account, type Probe, type ToolLog } from "../sandbox/index.ts";
import { rawOf, shown } from "./bytes.ts";
import { checkOut, REF } from "./checkout.ts";
import { readCommit, type Commit } from "./commit.ts";
import { gitMemory, makeFor, prepareSources, type GitPlace } from "./git.ts";
import { fetchLfs } from "./lfs.ts";
import { leaves } from "./links.ts";
import { pointersOf } from "./pointers.ts";
import { remove } from "./remove.ts";
import { fetchSubmodules } from "./submodules.ts";

export { rawOf, shown, under } from "./bytes.ts";
export type { Commit } from "./commit.ts";
export { endOf, leaves } from "./links.ts";

export type Fetched = {
  commit: Commit;
  /** Paths, for people: files that are pointers of Git LFS, and folders of submodules, which are empty. */
  absent: { pointers: string[]; submodules: string[] };
};

export type FetchOptions = {
  url: string;
  branch: string;
  /** This one instead of the branch's newest. */
  commit?: string | null;
  /** Absolute; must not exist yet, lies directly under `sourcesDir`. */
  into: string;
  /** DATA_DIR/sources: root's own, with a folder for the sandbox account in it for each fetch. */
  sourcesDir: string;
  account: Account | null;
  signal: AbortSignal;
  log: ToolLog;
  /** Also what other repositories hold of it. */
  submodules?: boolean;
  /** Also the files that Git LFS keeps elsewhere; `coming` hears how many bytes are there, of how many. */
  lfs?: boolean;
  coming?: (bytes: number, of: number) => void;
  limitBytes?: number;
  /** Address space of each process. */
  memoryBytes?: number;
  seconds?: number;
  /** Who says which namespace Git gets. */
  namespace?: Probe;
};

const LIMIT_BYTES = 2 * 2 ** 30;

/** The branch's newest commit as plain files, without .git. Its links are as they are: whoever follows one looks where it ends. */
export async function fetchSource(options: FetchOptions): Promise<Fetched> {
  const { url, branch, into, log, lfs, coming, commit: asked = null, namespace = ownNamespace } = options;
  const place: GitPlace = {
    sourcesDir: options.sourcesDir,
    account: options.account,
    signal: options.signal,
    seconds: options.seconds ?? 600,
    limitBytes: options.limitBytes ?? LIMIT_BYTES,
    memoryBytes: options.memoryBytes ?? gitMemory(),
    namespace: options.namespace,
  };
  const gitDir = `${into}.git`;
  await prepareSources(place);
  await removeSource(into);
  try {
    log(asked === null ? `Fetching branch ${branch} of ${url}` : `Fetching the commit ${asked} of ${url}`, "system");
    const { words, why } = await namespace();
    // Without mounts of its own ssh finds no line for its user, and refuses to start.
    if (words === null && place.account !== null && !/^https?:/.test(url)) log("This system gives Git no files of its own either: an address over SSH needs a user in /etc/passwd that is not there", "system");
    if (why !== null) log(`This system gives Git no process namespace of its own (${why}): what is left of it is ended by its account alone`, "system");
    await makeFor(place.account, into);
    const checkout = { url, branch, commit: asked, wanted: asked ?? `refs/heads/${branch}`, gitDir, into, place, log, lfs, coming };
    const tree = await checkOut(checkout);
    await fetchLfs(checkout, tree);
    const commit = await readCommit(gitDir, REF, url, place);
    const empty = options.submodules ? await fetchSubmodules(checkout, tree) : tree.submodules.map(({ path }) => path);
    // Last of all that the account does there: from here on root reads, and what it reads stays what it is.
    const foreign = await effect("git.source.take", () => takeOver(into, place.account));
    if (foreign !== null) throw fail("SOURCE_ESCAPES", { path: foreign });
    return { commit, absent: { pointers: (await pointersOf(into, tree)).map(({ path }) => shown(path)), submodules: empty.map(shown) } };
  } catch (error) {
    await removeSource(into);
    throw error;
  } finally {
    for (const path of gitDirs(into)) await remove(path);
  }
}

/** `into`/`rootDirectory`, or SOURCE_DIRECTORY_MISSING; SOURCE_ESCAPES where it ends outside the repository. */
export async function sourceDirectory({ into, rootDirectory, sha }: { into: string; rootDirectory: string; sha: string }): Promise<string> {
  const path = join(into, rootDirectory);
  if (await leaves(into, rawOf(rootDirectory))) throw fail("SOURCE_ESCAPES", { path: rootDirectory });
  // A link may stand for a directory elsewhere in the repository.
  const found = await stat(path).catch(() => null);
  if (!found?.isDirectory()) throw fail("SOURCE_DIRECTORY_MISSING", { path: rootDirectory, commit: sha.slice(0, 12) });
  return path;
}

/** Removes a checkout that `fetchSource` made, and what an interrupted one left. Idempotent. */
export async function removeSource(into: string): Promise<void> {
  for (const path of [into, ...gitDirs(into)]) await remove(path);
}

/** Where it and its submodules, one in another, are fetched to, and what is read of them. */
const gitDirs = (into: string): string[] => ["", ".0", ".0.1", ".0.1.2"].flatMap((deep) => ["", ".tree", ".words", ".lfs"].map((what) => `${into}.git${deep}${what}`));
