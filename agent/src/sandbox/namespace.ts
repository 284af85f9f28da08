import { runInGroup } from "./group.ts";

/**
 * What of its own this system lets us give a process. `words`: for unshare, null where it gives nothing at all. `why`: there
 * is no process namespace among it, so that what leaves its group has to be ended by its account.
 */
export type Namespace = { words: readonly string[] | null; why: string | null };
/** The namespace as far as it is known. */
export type Probe = {
  (): Promise<Namespace>;
  /** Something that was to run in it failed, maybe because there is none any more: whoever comes next has it tried anew. */
  doubt(): void;
};

/** Its first process dies with who made it, and everything in it dies with its first process. It sees no process outside. */
const WORDS = ["--mount", "--propagation=private", "--pid", "--fork", "--kill-child=KILL", "--mount-proc"];
/** Mounts of its own alone: with them it still finds the files that are put before its eyes. */
export const MOUNTS = ["--mount", "--propagation=private"];
/** Without root only inside a user namespace, which not every system gives. */
const words = (): string[] => (process.getuid?.() === 0 ? WORDS : ["--user", "--map-current-user", ...WORDS]);

/** A setting of the kernel changes now and then; a try costs a few milliseconds. */
const KEPT_MS = 60_000;
/** It may have failed by chance, for want of memory or processes: what runs meanwhile is held less well. */
const FAILED_KEPT_MS = 2_000;

/** Kernels, containers and security modules may each forbid it, and change their mind: what a try said is believed for a while. */
export function createProbe(attempt: () => Promise<Namespace> = tried, now: () => number = () => performance.now()): Probe {
  let known: { namespace: Promise<Namespace>; until: number } | undefined;

  function ask(): Promise<Namespace> {
    if (known !== undefined && now() < known.until) return known.namespace;
    const asked = { namespace: attempt(), until: Number.POSITIVE_INFINITY };
    void asked.namespace.then(({ why }) => (asked.until = Math.min(asked.until, now() + (why === null ? KEPT_MS : FAILED_KEPT_MS))));
    known = asked;
    return asked.namespace;
  }

  return Object.assign(ask, { doubt: () => void (known = undefined) });
}

/** The one of this agent. */
export const ownNamespace = createProbe();

async function tried(): Promise<Namespace> {
  const why = await refused(words());
  if (why === null) return { words: words(), why };
  // Without root there is nothing that would be mounted for it.
  return { words: process.getuid?.() === 0 && (await refused(MOUNTS)) === null ? MOUNTS : null, why };
}

/** Why unshare does not do this; null: it does. */
async function refused(what: readonly string[]): Promise<string | null> {
  const argv: [string, ...string[]] = ["unshare", ...what, "--", "true"];
  const done = await runInGroup(argv, argv, { cwd: "/", env: { LC_ALL: "C" }, seconds: 10 }).catch((error: Error) => ({ code: null, stderr: error.message }));
  return done.code === 0 ? null : done.stderr.trim().split("\n").at(-1) || "unshare failed";
}
