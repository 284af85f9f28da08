import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { open } from "node:fs/promises";
import { constants } from "node:os";
import { basename } from "node:path";
import { effect } from "../effects/index.ts";

export type GroupOptions = {
  cwd: string;
  /** Whole environment of the child; nothing is inherited. */
  env: Record<string, string>;
  signal?: AbortSignal;
  /** After so many seconds the whole process group goes. */
  seconds?: number;
  /** File that takes both outputs as the child wrote them (appended); none: kept in memory, the last 64 KiB of each. */
  outputFile?: string;
};

export type RunResult = {
  /** As a shell tells it: 128 and the number of the signal that ended it. */
  code: number;
  killedBy: "signal" | "deadline" | null;
  stdout: string;
  stderr: string;
};

const KEPT = 64 * 1024;
/** Between SIGTERM and SIGKILL: a cancelled build must be gone within 2 s. */
const GRACE_MS = 1000;

/** Runs one program without a shell, in its own process group; `wrapped` is what is started for it. */
export async function runInGroup(argv: readonly [string, ...string[]], wrapped: readonly [string, ...string[]], options: GroupOptions): Promise<RunResult> {
  return await effect(`child.${basename(argv[0])}`, async () => {
    const output = options.outputFile ? await open(options.outputFile, "a", 0o600) : null;
    try {
      // It may have come while the file was opened, and is told to nobody who listens later.
      options.signal?.throwIfAborted();
      return await inGroup(wrapped, options, output?.fd ?? null);
    } finally {
      await output?.close();
    }
  });
}

function inGroup([command, ...args]: readonly [string, ...string[]], options: GroupOptions, fd: number | null): Promise<RunResult> {
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
      kill = setTimeout(() => killNamespace(child.pid) || signalGroup(child.pid, "SIGKILL"), GRACE_MS);
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
    child.once("close", (code, signal) => {
      settle();
      resolve({ code: code ?? 128 + constants.signals[signal!], killedBy, stdout: stdout(), stderr: stderr() });
    });
  });
}

function signalGroup(pid: number | undefined, signal: NodeJS.Signals): void {
  try {
    if (pid !== undefined) process.kill(-pid, signal);
  } catch {
    // already gone
  }
}

/**
 * Ends the first process of the namespace that `pid` has made, and with it all others there. Who made it waits for the
 * last of them, so that none is left when its end is told. False: there is no such namespace.
 */
function killNamespace(pid: number | undefined): boolean {
  try {
    const [first] = readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").trim().split(" ").map(Number);
    if (!first || depthOf(first) === depthOf(process.pid)) return false;
    process.kill(first, "SIGKILL");
    return true;
  } catch {
    return false;
  }
}

/** In how many process namespaces it is: it has a number in each. */
const depthOf = (pid: number): number => (/^NSpid:\s+(.*)$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1] ?? "").split(/\s+/).length;

/** The last part of a stream as text; the rest is read and dropped, so that the child never waits. */
function keepEnd(stream: NodeJS.ReadableStream | null): () => string {
  let kept = Buffer.alloc(0);
  stream?.on("data", (part: Buffer) => {
    kept = Buffer.concat([kept, part]);
    if (kept.length > 2 * KEPT) kept = kept.subarray(kept.length - KEPT);
  });
  return () => (kept.length > KEPT ? kept.subarray(kept.length - KEPT) : kept).toString("utf8");
}
