import { lstat, readdir } from "node:fs/promises";
import { join } from "node:path";
import { fail, names, type Failure } from "../../contract/index.ts";
import { filesOf } from "../effects/index.ts";
import { act } from "./act.ts";
import { under } from "./bytes.ts";
import { REF, type Checkout } from "./checkout.ts";
import { configIn } from "./config-in.ts";
import { requireReachable } from "./failures.ts";
import { git } from "./git.ts";
import { tooLarge } from "./limits.ts";
import { pointersOf } from "./pointers.ts";
import type { Tree } from "./tree.ts";

const { chmod, rm, writeFile } = filesOf("git.source");

/** Nothing but what the batch API offers over HTTP, and no setting of the repository's own decides where that is. */
const SETTINGS = [
  ["filter.lfs.process", "git-lfs filter-process"],
  ["filter.lfs.required", "true"],
  ["lfs.basictransfersonly", "true"],
  ["lfs.concurrenttransfers", "4"],
  ["lfs.transfer.maxretries", "3"],
  ["lfs.skipdownloaderrors", "false"],
  // Else .lfsconfig names files that stay pointers.
  ["lfs.fetchinclude", ""],
  ["lfs.fetchexclude", ""],
  // Else a socket of ssh outlives it.
  ["lfs.ssh.automultiplex", "false"],
] as const;

/** Address space that a program in Go reserves at its start and does not use. */
const RESERVED_BYTES = 2 ** 30;
/** Between two looks at how much has come. */
const LOOK_MS = 500;

/**
 * Puts the files in place that a checkout has as pointers of Git LFS: Git does it, by git-lfs as its filter, as the sandbox
 * account and within the limits of every fetch, where it is asked for. What they come to is counted before the first comes.
 */
export async function fetchLfs(o: Checkout, tree: Tree): Promise<void> {
  const { url, gitDir, into, log } = o;
  const place = { ...o.place, memoryBytes: o.place.memoryBytes + RESERVED_BYTES };
  const pointers = o.lfs ? await pointersOf(into, tree) : [];
  if (pointers.length === 0) return;
  const total = pointers.reduce((sum, { size }) => sum + size, 0);
  const others = tree.bytes;
  if (others + total > place.limitBytes) throw tooLarge(url, place.limitBytes);
  const installed = await git(["lfs", "version"], place);
  place.signal.throwIfAborted();
  // Whatever else keeps it from starting says so again when it is needed.
  if (/is not a git command/.test(installed.stderr)) throw fail("LFS_NOT_INSTALLED", { url }, { detail: installed.stderr.trim().slice(-2000) });
  const address = await addressOf(o);
  await requireReachable(address, place.signal);
  log(`Fetching ${pointers.length === 1 ? "1 file" : `${pointers.length} files`} of Git LFS from ${address}`, "system");
  const paths = `${gitDir}.lfs`;
  const files = pointers.map(({ path }) => under(into, path));
  const looked = { come: () => bytesIn(join(gitDir, "lfs")), put: async () => others + (await bytesOf(files)) };
  const coming = watched(looked, { url, limitBytes: place.limitBytes }, (bytes) => o.coming?.(Math.min(bytes, total), total));
  try {
    await writeFile(paths, Buffer.from(pointers.map(({ path }) => `${path}\0`).join(""), "latin1"), { mode: 0o644 });
    // Whatever the umask: Git reads it as the sandbox account.
    await chmod(paths, 0o644);
    // Without what it knows of the files that stand there, Git writes them anew.
    await git([`--git-dir=${gitDir}`, "read-tree", REF], place);
    const settings = [...SETTINGS, ["lfs.url", address] as const].flatMap(([key, value]) => ["-c", `${key}=${value}`]);
    const within = { ...place, signal: AbortSignal.any([place.signal, coming.tooMuch]) };
    const words = [...settings, `--git-dir=${gitDir}`, `--work-tree=${into}`, "--literal-pathspecs", "checkout", "--quiet", "--force", REF, `--pathspec-from-file=${paths}`, "--pathspec-file-nul"];
    await act(words, { place: within, url, log, program: "git-lfs", address, failure: (said) => lfsFailure(url, address, said) });
    tree.bytes = await coming.look();
    coming.tooMuch.throwIfAborted();
  } finally {
    coming.end();
    await rm(paths, { force: true });
  }
}

/** Where its files are asked for: what .lfsconfig names, if anything may be fetched from there; else beside the repository. */
async function addressOf(o: Checkout): Promise<string> {
  const named = (await configIn(o, ".lfsconfig", ["--get", "lfs.url"])).split("\0")[0]!;
  if (named === "") return /^https?:/.test(o.url) ? `${o.url.replace(/\/+$/, "").replace(/\.git$/, "")}.git/info/lfs` : o.url;
  // What begins like a flag would be one for ssh.
  if (names.gitUrl.safeParse(named).success && !/(\/\/|@)-/.test(named)) return named;
  throw fail("LFS_ADDRESS_REFUSED", { address: named.replace(/\/\/[^/@]*@/, "//").replaceAll(/\p{C}/gu, " ").slice(0, 200) });
}

const RULES: [RegExp, "LFS_LIMITED" | "LFS_OBJECT_MISSING" | "LFS_REFUSED" | "GIT_UNREACHABLE"][] = [
  [/quota|rate limit|too many requests|\b(429|509)\b/i, "LFS_LIMITED"],
  [/credentials for|forbidden|unauthori[sz]ed|authori[sz]ation|authenticat|permission denied|access denied|could not read Username|\b(401|403)\b/i, "LFS_REFUSED"],
  [/does not exist|not found|\b(404|410)\b/i, "LFS_OBJECT_MISSING"],
  [/connection (refused|reset)|no such host|timeout|network is unreachable|no route to host/i, "GIT_UNREACHABLE"],
];

/** What git-lfs says as one of the table's failures: by what stands behind the name of a file, which may hold any word. */
function lfsFailure(url: string, address: string, said: string): Failure {
  const detail = said.slice(-2000);
  const why = [...said.matchAll(/\([0-9a-f]{64}\): (.+)/g)].map(([, words]) => words).join("\n") || detail;
  const code = RULES.find(([pattern]) => pattern.test(why))?.[1] ?? "LFS_FAILED";
  return fail(code, { url: code === "GIT_UNREACHABLE" ? address : url }, { detail });
}

/** Where to look: how many bytes have come, and how many the checkout has with those that were put in their place. */
type Looked = { come: () => Promise<number>; put: () => Promise<number> };

/** Tells how much has come: a server may send more than it should, and one object may be put in the place of many small pointers. */
function watched({ come, put }: Looked, { url, limitBytes }: { url: string; limitBytes: number }, tell: (bytes: number) => void) {
  const over = new AbortController();
  let ended = false;
  let timer: NodeJS.Timeout;
  /** Answers how large the checkout is. */
  const look = async () => {
    const [came, whole] = [await come(), await put()];
    if (Math.max(came, whole) > limitBytes) over.abort(tooLarge(url, limitBytes));
    if (!ended) tell(came);
    return whole;
  };
  const again = async () => {
    const began = performance.now();
    await look();
    // Of very many files a look takes its time: half of that is free.
    if (!ended) timer = setTimeout(again, Math.max(LOOK_MS, performance.now() - began));
  };
  timer = setTimeout(again, LOOK_MS);
  const end = () => {
    ended = true;
    clearTimeout(timer);
  };
  return { tooMuch: over.signal, look, end };
}

/** Of regular files; what goes away meanwhile counts nothing. */
async function bytesIn(folder: string): Promise<number> {
  const entries = await readdir(folder, { withFileTypes: true, recursive: true }).catch(() => []);
  let bytes = 0;
  for (const entry of entries) if (entry.isFile()) bytes += (await lstat(join(entry.parentPath, entry.name)).catch(() => null))?.size ?? 0;
  return bytes;
}

/** Of these files, no link followed. */
async function bytesOf(files: readonly Buffer[]): Promise<number> {
  let bytes = 0;
  for (const file of files) bytes += (await lstat(file).catch(() => null))?.size ?? 0;
  return bytes;
}
