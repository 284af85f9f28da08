import { spawn } from "node:child_process";
import { open } from "node:fs/promises";
import { basename } from "node:path";
import { effect } from "../effects/index.ts";
import type { Account } from "./accounts.ts";

export type RunOptions = {
  cwd: string;
  /** Whole environment of the child; nothing is inherited. */
  env: Record<string, string>;
  /** Null: as the agent itself. */
  account: Account | null;
  signal?: AbortSignal;
  /** After so many seconds the whole process group goes. */
  seconds?: number;
  /** File that takes both outputs as the child wrote them (appended); none: kept in memory, the last 64 KiB of each. */
  outputFile?: string;
  /** For parsers of untrusted input: address space, size of one file, open files, processes. */
  limits?: { memoryBytes?: number; fileBytes?: number };
  /** Seen as /etc/passwd by this child alone: ssh refuses to start for a user without a line in it. */
  passwdFile?: string;
};

export type RunResult = {
  /** Null when a signal ended it. */
  code: number | null;
  killedBy: "signal" | "deadline" | null;
  stdout: string;
  stderr: string;
};

const KEPT = 64 * 1024;
/** Between SIGTERM and SIGKILL: a cancelled build must be gone within 2 s. */
const GRACE_MS = 1000;

/** Runs one program without a shell, in its own process group that dies with the agent. */
export async function run(argv: [string, ...string[]], options: RunOptions): Promise<RunResult> {
  options.signal?.throwIfAborted();
  return await effect(`child.${basename(argv[0])}`, async () => {
    const output = options.outputFile ? await open(options.outputFile, "a", 0o600) : null;
    try {
      return await inGroup(wrap(argv, options), options, output?.fd ?? null);
    } finally {
      await output?.close();
    }
  });
}

/** The kernel ends the child with the agent (pdeathsig), so that a killed agent leaves nothing running. */
function wrap(argv: [string, ...string[]], { account, limits, passwdFile }: RunOptions): [string, ...string[]] {
  const limited: [string, ...string[]] = limits
    ? ["prlimit", ...(limits.memoryBytes ? [`--as=${limits.memoryBytes}`] : []), ...(limits.fileBytes ? [`--fsize=${limits.fileBytes}`] : []), "--core=0", ...argv]
    : argv;
  const identity = account
    ? [`--reuid=${account.uid}`, `--regid=${account.gid}`, "--clear-groups", "--bounding-set=-all", "--inh-caps=-all"]
    : [];
  const own: [string, ...string[]] = ["setpriv", ...identity, "--no-new-privs", "--pdeathsig=KILL", ...limited];
  return passwdFile === undefined ? own : ["unshare", "--mount", "--propagation=private", "--", "sh", "-c", OWN_PASSWD, "sh", passwdFile, ...own];
}

/** The only shell text there is: fixed, its words come as arguments. */
const OWN_PASSWD = 'mount --bind "$1" /etc/passwd && shift && exec "$@"';

function inGroup(argv: [string, ...string[]], options: RunOptions, fd: number | null): Promise<RunResult> {
  const [command, ...args] = argv;
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd: options.cwd,
      env: { PATH: "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", ...options.env },
      detached: true,
      stdio: ["ignore", fd ?? "pipe", fd ?? "pipe"],
    });
    let killedBy: RunResult["killedBy"] = null;
    let kill: NodeJS.Timeout | undefined;
    const end = (why: "signal" | "deadline") => {
      if (killedBy !== null) return;
      killedBy = why;
      signalGroup(child.pid, "SIGTERM");
      kill = setTimeout(() => signalGroup(child.pid, "SIGKILL"), GRACE_MS);
    };
    const onAbort = () => end("signal");
    options.signal?.addEventListener("abort", onAbort, { once: true });
    const deadline = options.seconds === undefined ? undefined : setTimeout(() => end("deadline"), options.seconds * 1000);
    const stdout = keepEnd(child.stdout);
    const stderr = keepEnd(child.stderr);
    const settle = () => {
      clearTimeout(deadline);
      clearTimeout(kill);
      options.signal?.removeEventListener("abort", onAbort);
    };
    child.once("error", (error) => {
      settle();
      reject(error);
    });
    // A grandchild may hold the pipes open after the child has gone: what is left of the group goes with it.
    child.once("exit", () => signalGroup(child.pid, "SIGKILL"));
    child.once("close", (code) => {
      settle();
      resolve({ code, killedBy, stdout: stdout(), stderr: stderr() });
    });
  });
}

function signalGroup(pid: number | undefined, signal: NodeJS.Signals) {
  if (pid === undefined) return;
  try {
    process.kill(-pid, signal);
  } catch {
    // already gone
  }
}

/** The last part of a stream as text; the rest is read and dropped, so that the child never waits. */
function keepEnd(stream: NodeJS.ReadableStream | null): () => string {
  let kept = Buffer.alloc(0);
  stream?.on("data", (part: Buffer) => {
    kept = Buffer.concat([kept, part]);
    if (kept.length > 2 * KEPT) kept = kept.subarray(kept.length - KEPT);
  });
  return () => (kept.length > KEPT ? kept.subarray(kept.length - KEPT) : kept).toString("utf8");
}
