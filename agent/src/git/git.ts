import { dirname, join } from "node:path";
import { filesOf } from "../effects/index.ts";
import { run, type Account, type RunResult } from "../sandbox/index.ts";

const { chmod, chown, mkdir, writeFile } = filesOf("git.place");

export type GitPlace = { sourcesDir: string; account: Account | null; signal: AbortSignal; seconds: number; limitBytes: number };

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
    limits: { fileBytes: place.limitBytes },
    outputFile,
    passwdFile: place.account ? passwdFile(place.sourcesDir) : undefined,
  });
}

function environment(sourcesDir: string): Record<string, string> {
  const proxies = PROXIES.flatMap((name) => (process.env[name] ? [[name, process.env[name]] as const] : []));
  const knownHosts = join(sourcesDir, "known_hosts").replaceAll("'", "'\\''");
  return {
    ...Object.fromEntries(proxies),
    HOME: sourcesDir,
    LC_ALL: "C",
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

/** The account's own folder, and the line that ssh wants to find for it in /etc/passwd. */
export async function prepareSources({ sourcesDir, account }: { sourcesDir: string; account: Account | null }) {
  await mkdir(sourcesDir, { recursive: true, mode: 0o700 });
  if (account === null) return;
  await chown(sourcesDir, account.uid, account.gid);
  await chmod(dirname(sourcesDir), 0o711);
  const lines = ["root:x:0:0:root:/root:/bin/sh", `sources:x:${account.uid}:${account.gid}::${sourcesDir}:/bin/false`];
  await writeFile(passwdFile(sourcesDir), `${lines.join("\n")}\n`, { mode: 0o644 });
}
