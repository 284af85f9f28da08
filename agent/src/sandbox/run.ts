import { open, stat } from "node:fs/promises";
import { filesOf } from "../effects/index.ts";
import type { Account } from "./accounts.ts";
import { runInGroup, type GroupOptions, type RunResult } from "./group.ts";
import { ownNamespace, type Namespace, type Probe } from "./namespace.ts";

const { truncate } = filesOf("child.output");

export type { RunResult } from "./group.ts";

export type RunOptions = GroupOptions & {
  /** Null: as the agent itself. */
  account: Account | null;
  /** For what works on input from outside: in a process namespace of its own where the system gives one, within these limits. */
  untrusted?: Limits;
  /** Who says which namespace there is. */
  namespace?: Probe;
};

export type Limits = {
  /** Address space of each process. */
  memoryBytes?: number;
  /** Of one file. */
  fileBytes?: number;
  /** Of its account, at once; without an account of its own there is no such limit. */
  processes?: number;
  /** Seen as /etc/passwd by this child alone: ssh refuses to start for a user without a line in it. */
  passwdFile?: string;
};

/** Runs one program without a shell, in its own process group that dies with the agent. */
export async function run(argv: [string, ...string[]], options: RunOptions): Promise<RunResult> {
  options.signal?.throwIfAborted();
  if (options.untrusted === undefined) return await runInGroup(argv, confined(argv, options), options);
  const { namespace: probe = ownNamespace, outputFile } = options;
  const before = outputFile === undefined ? 0 : ((await stat(outputFile).catch(() => null))?.size ?? 0);
  const tried = async () => {
    const namespace = await probe();
    const done = await held(namespace, argv, options);
    const failed = namespace.words !== null && done.code !== 0 && done.killedBy === null;
    if (failed) probe.doubt();
    return { done, failed };
  };
  const { done, failed } = await tried();
  if (!failed) return done;
  const said = outputFile === undefined ? done.stderr : await beginning(outputFile, before);
  // Only unshare itself speaks so: the program was not begun, by chance or since the kernel gives less than it did.
  if (!said.startsWith(NOT_BEGUN)) return done;
  if (outputFile !== undefined) await truncate(outputFile, before);
  return (await tried()).done;
}

const NOT_BEGUN = "unshare: ";

/** The first words of what was written into a file from there on. */
async function beginning(path: string, from: number): Promise<string> {
  const file = await open(path, "r");
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(NOT_BEGUN.length), 0, NOT_BEGUN.length, from);
    return buffer.toString("latin1", 0, bytesRead);
  } finally {
    await file.close();
  }
}

async function held(namespace: Namespace, argv: [string, ...string[]], options: RunOptions): Promise<RunResult> {
  options.signal?.throwIfAborted();
  const wrapped = namespace.words === null ? confined(argv, options) : inNamespace(namespace.words, argv, options);
  return await alone(namespace, options.account, () => runInGroup(argv, wrapped, options));
}

/** The kernel ends the child with the agent (pdeathsig), so that a killed agent leaves nothing running. */
function confined(argv: readonly string[], { account, untrusted }: RunOptions): [string, ...string[]] {
  const identity = account
    ? [`--reuid=${account.uid}`, `--regid=${account.gid}`, "--clear-groups", "--bounding-set=-all", "--inh-caps=-all"]
    : [];
  return ["setpriv", ...identity, "--no-new-privs", "--pdeathsig=KILL", ...(untrusted ? limited(untrusted, account) : []), ...argv];
}

function limited({ memoryBytes, fileBytes, processes }: Limits, account: Account | null): string[] {
  const words = { as: memoryBytes, fsize: fileBytes, nproc: account === null ? undefined : processes, core: 0 };
  return ["prlimit", ...Object.entries(words).flatMap(([name, most]) => (most === undefined ? [] : [`--${name}=${most}`]))];
}

function inNamespace(words: readonly string[], argv: readonly string[], options: RunOptions): [string, ...string[]] {
  const first = ["sh", "-c", FIRST, "sh", (options.account && options.untrusted?.passwdFile) ?? ""];
  return ["setpriv", "--no-new-privs", "--pdeathsig=KILL", "unshare", ...words, "--", ...first, ...confined(argv, options)];
}

/**
 * The first process of the namespace: it stays root's own, so what runs there cannot keep it from dying, and is what the
 * kernel takes first where memory is short. The only shell text there is: fixed, its words come as arguments.
 */
const FIRST = `
{ echo 800 > /proc/self/oom_score_adj; } 2>/dev/null
[ -z "$1" ] || mount --bind "$1" /etc/passwd || exit 125
shift
"$@"
exit "$?"
`;

const running = new Map<number, number>();

/** Without a process namespace a process may leave its group: the last one of an account ends whatever that account still runs. */
async function alone(namespace: Namespace, account: Account | null, act: () => Promise<RunResult>): Promise<RunResult> {
  if (namespace.why === null || account === null) return await act();
  running.set(account.uid, (running.get(account.uid) ?? 0) + 1);
  try {
    return await act();
  } finally {
    const left = running.get(account.uid)! - 1;
    running.set(account.uid, left);
    // The kernel gives it to all of them in one act, whatever they fork meanwhile; the sender alone is left out.
    if (left === 0) await runInGroup(["kill"], confined(["sh", "-c", "kill -KILL -1"], { cwd: "/", env: {}, account }), { cwd: "/", env: {} });
  }
}
