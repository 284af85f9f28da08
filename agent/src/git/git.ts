import { readFile } from "node:fs/promises";
import { totalmem } from "node:os";
import { dirname, join } from "node:path";
import { filesOf } from "../effects/index.ts";
import { run, type Account, type Probe, type RunResult } from "../sandbox/index.ts";

const { chmod, lchown, mkdir, rename, writeFile } = filesOf("git.place");

export type GitPlace = { sourcesDir: string; account: Account | null; signal: AbortSignal; seconds: number; limitBytes: number; memoryBytes: number; namespace?: Probe };

const MiB = 2 ** 20;
/** Address space of each process of Git: half of this server's memory, within what it needs and what it may ever have. */
export const gitMemory = (): number => Math.min(Math.max(totalmem() / 2, 512 * MiB), 2048 * MiB);
/** Git, its helper and two threads each are about a dozen. */
const PROCESSES = 64;

/** Nothing of the machine's or the repository's own settings takes part: no hooks, no filters, no helpers, no prompts. */
const SETTINGS = [
  ["core.hooksPath", "/dev/null"],
  ["core.fsmonitor", "false"],
  ["core.symlinks", "true"],
  ["core.protectNTFS", "true"],
  ["credential.helper", ""],
  ["fetch.fsckObjects", "true"],
  // Old but harmless oddities that real repositories have.
  ["fetch.fsck.zeroPaddedFilemode", "ignore"],
  ["fetch.fsck.missingSpaceBeforeDate", "ignore"],
  ["fetch.fsck.badTimezone", "ignore"],
  ["fetch.recurseSubmodules", "false"],
  ["gc.auto", "0"],
  // Within its memory: large files are passed on in parts, and packs are mapped by windows.
  ["core.bigFileThreshold", "64m"],
  ["core.packedGitWindowSize", "32m"],
  ["core.packedGitLimit", "128m"],
  ["pack.threads", "2"],
  ["http.lowSpeedLimit", "100"],
  ["http.lowSpeedTime", "30"],
  ["protocol.version", "2"],
] as const;

const PROXIES = ["http_proxy", "https_proxy", "no_proxy", "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY"];

/** One git command as the sandbox account. */
export async function git(args: string[], place: GitPlace, outputFile?: string): Promise<RunResult> {
  const settings = SETTINGS.flatMap(([key, value]) => ["-c", `${key}=${value}`]);
  return await run(["git", ...settings, ...args], {
    cwd: place.sourcesDir,
    env: environment(place.sourcesDir),
    account: place.account,
    signal: place.signal,
    seconds: place.seconds,
    outputFile,
    namespace: place.namespace,
    untrusted: { fileBytes: place.limitBytes, memoryBytes: place.memoryBytes, processes: PROCESSES, passwdFile: passwdFile(place.sourcesDir) },
  });
}

function environment(sourcesDir: string): Record<string, string> {
  const proxies = PROXIES.flatMap((name) => (process.env[name] ? [[name, process.env[name]] as const] : []));
  const knownHosts = join(homeOf(sourcesDir), "known_hosts").replaceAll("'", "'\\''");
  return {
    ...Object.fromEntries(proxies),
    HOME: homeOf(sourcesDir),
    LC_ALL: "C",
    // For git-lfs: each of its threads counts as a process.
    GOMAXPROCS: "2",
    GIT_CONFIG_NOSYSTEM: "1",
    GIT_CONFIG_GLOBAL: "/dev/null",
    GIT_ATTR_NOSYSTEM: "1",
    GIT_ALLOW_PROTOCOL: "http:https:ssh",
    GIT_PROTOCOL_FROM_USER: "0",
    GIT_TERMINAL_PROMPT: "0",
    GIT_ASKPASS: "/bin/false",
    SSH_ASKPASS: "/bin/false",
    GIT_SSH_VARIANT: "ssh",
    GIT_SSH_COMMAND: `ssh -F none -o BatchMode=yes -o ConnectTimeout=10 -o StrictHostKeyChecking=accept-new -o UserKnownHostsFile='${knownHosts}' -o GlobalKnownHostsFile=/etc/ssh/ssh_known_hosts`,
  };
}

const passwdFile = (sourcesDir: string) => join(dirname(sourcesDir), "sources.passwd");

/** The only place where the account may keep something. */
const homeOf = (sourcesDir: string) => join(sourcesDir, "home");

/**
 * The folder of all sources is root's own and tells nobody what is in it; the account gets a home there, and the line that
 * ssh wants to find for it in /etc/passwd.
 */
export async function prepareSources({ sourcesDir, account }: { sourcesDir: string; account: Account | null }) {
  const home = homeOf(sourcesDir);
  await mkdir(sourcesDir, { recursive: true, mode: 0o700 });
  if (account !== null) {
    // Once it was the account's: nothing can be put in the way there any more.
    await lchown(sourcesDir, 0, 0);
    await chmod(sourcesDir, 0o711);
  }
  await mkdir(home, { recursive: true, mode: 0o700 });
  if (account === null) return;
  await lchown(home, account.uid, account.gid);
  // Where earlier agents kept it.
  await rename(join(sourcesDir, "known_hosts"), join(home, "known_hosts")).catch(() => {});
  await chmod(dirname(sourcesDir), 0o711);
  const lines = ["root:x:0:0:root:/root:/bin/sh", `sources:x:${account.uid}:${account.gid}::${home}:/bin/false`];
  const text = `${lines.join("\n")}\n`;
  // Another fetch may have it before its eyes: it must never be empty there.
  if ((await readFile(passwdFile(sourcesDir), "utf8").catch(() => null)) !== text) await writeFile(passwdFile(sourcesDir), text, { mode: 0o644 });
  // Whatever the umask: ssh reads it as the account.
  await chmod(passwdFile(sourcesDir), 0o644);
}

/** A new folder in one that is root's own: nobody can put something else in its place before it is given away. */
export async function makeFor(account: Account | null, folder: string): Promise<void> {
  await mkdir(folder, { mode: 0o700 });
  if (account !== null) await lchown(folder, account.uid, account.gid);
}
