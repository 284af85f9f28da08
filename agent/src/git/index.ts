import { lstat } from "node:fs/promises";
import { join } from "node:path";
import { during, filesOf } from "../effects/index.ts";
import { fail } from "../../contract/index.ts";
import { diskFull } from "../host/index.ts";
import type { Account, ToolLog } from "../sandbox/index.ts";
import { gitFailure, requireReachable } from "./failures.ts";
import { git, prepareSources, type GitPlace } from "./git.ts";
import { leaves } from "./links.ts";
import { readTree, tooLarge } from "./tree.ts";

export { leaves } from "./links.ts";

const { chown, mkdir, rm } = filesOf("git.source");

export type Commit = { sha: string; message: string; author: string };

export type FetchOptions = {
  url: string;
  branch: string;
  /** Absolute; must not exist yet, lies directly under `sourcesDir`. */
  into: string;
  /** The only place that the sandbox account may write: DATA_DIR/sources. */
  sourcesDir: string;
  account: Account | null;
  signal: AbortSignal;
  log: ToolLog;
  limitBytes?: number;
  seconds?: number;
};

const LIMIT_BYTES = 2 * 2 ** 30;
const REF = "refs/heads/source";

/** The branch's newest commit as plain files, without .git. Links that leave it are refused. */
export async function fetchSource(options: FetchOptions): Promise<Commit> {
  const { url, branch, into, log, signal } = options;
  const place: GitPlace = {
    sourcesDir: options.sourcesDir,
    account: options.account,
    signal,
    seconds: options.seconds ?? 600,
    limitBytes: options.limitBytes ?? LIMIT_BYTES,
  };
  const gitDir = `${into}.git`;
  const act = async (args: string[]) => {
    const done = await git([`--git-dir=${gitDir}`, ...args], place);
    signal.throwIfAborted();
    if (done.killedBy === "deadline") throw fail("GIT_UNREACHABLE", { url }, { detail: `git did not end within ${place.seconds} s` });
    for (const line of `${done.stderr}`.split(/[\r\n]+/)) if (line.trim() !== "") log(line, "err");
    during("child.git");
    if (done.code === 0) return done.stdout;
    if (/no space left on device|disk quota exceeded/i.test(done.stderr)) throw await diskFull(place.sourcesDir, done.stderr);
    throw /File size limit exceeded|File too large|signal 25/i.test(done.stderr) ? tooLarge(url, place.limitBytes) : gitFailure({ url, branch }, done.stderr);
  };

  await prepareSources(place);
  await removeSource(into);
  try {
    log(`Fetching branch ${branch} of ${url}`, "system");
    await requireReachable(url, signal);
    await act(["init", "--quiet", "--bare", "--template=", "--initial-branch=source"]);
    await act(["fetch", "--quiet", "--depth=1", "--no-tags", "--no-recurse-submodules", "--no-write-fetch-head", "--", url, `refs/heads/${branch}:${REF}`]);
    const tree = await readTree(gitDir, REF, url, place);
    await mkdir(into, { mode: 0o700 });
    if (options.account) await chown(into, options.account.uid, options.account.gid);
    await act([`--work-tree=${into}`, "checkout", "--quiet", "--force", REF, "--", "."]);
    for (const link of tree.links) if (await leaves(into, link)) throw fail("SOURCE_ESCAPES", { path: link });
    const commit = parseCommit(await act(["log", "-1", "--no-show-signature", "--format=%H%x00%s%x00%an", REF]));
    return commit;
  } catch (error) {
    await removeSource(into);
    throw error;
  } finally {
    await rm(gitDir, { recursive: true, force: true });
  }
}

/** Shown to people and kept for ever: one line, no control characters. */
function parseCommit(text: string): Commit {
  const [sha = "", message = "", author = ""] = text.trim().split("\0");
  const plain = (words: string, length: number) => words.replaceAll(/\p{C}/gu, " ").trim().slice(0, length);
  return { sha: sha.trim(), message: plain(message, 300), author: plain(author, 100) };
}

/** `into`/`rootDirectory`, or SOURCE_DIRECTORY_MISSING. */
export async function sourceDirectory({ into, rootDirectory, sha }: { into: string; rootDirectory: string; sha: string }): Promise<string> {
  const path = join(into, rootDirectory);
  const found = await lstat(path).catch(() => null);
  // A link may stand for a directory elsewhere in the repository; `fetchSource` has made sure that it stays inside.
  const directory = found?.isSymbolicLink() ? await lstat(join(path, ".")).catch(() => null) : found;
  if (!directory?.isDirectory()) throw fail("SOURCE_DIRECTORY_MISSING", { path: rootDirectory, commit: sha.slice(0, 12) });
  return path;
}

/** Removes a checkout that `fetchSource` made, and what an interrupted one left. Idempotent. */
export async function removeSource(into: string): Promise<void> {
  for (const path of [into, `${into}.git`, `${into}.git.tree`]) await rm(path, { recursive: true, force: true });
}
