import { spawn } from "node:child_process";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { effect, filesOf } from "../effects/index.ts";
import { isOfThisBoot, livingPid, PRINT_SELF } from "./self.ts";
import { agentStops } from "./stop.ts";

const { mkdir, openToWrite, rename, rm, writeFile } = filesOf("kept");

/** A program that the agent's end does not end. Everything a later agent needs to find it again lies in one folder. */
export type Kept = { pid: number | null; code: number | null };
export type KeptOptions = { folder: string; cwd: string; env: Record<string, string>; outputFile: string; signal: AbortSignal };

/**
 * The program itself writes down who it is before it begins, and its exit code after: so there is no moment in which it
 * runs unknown. Where the folder is gone (the job was undone) it never begins. Fixed text; its words come as arguments.
 */
const KEEP = `
dir=$1; shift
{ ${PRINT_SELF}; } > "$dir/self.new" && mv "$dir/self.new" "$dir/self" || exit 125
"$@"
printf '%s\\n' "$?" > "$dir/outcome.new" && mv "$dir/outcome.new" "$dir/outcome"
`;
const LOOK_MS = 100;
/** Between SIGTERM and SIGKILL: a cancelled build must be gone within 2 s. */
const GRACE_MS = 1000;
/** So many deaths of the agent one program may see: one whose output brings down its reader must not do so for ever. */
const LIVES = 3;

/** Runs it until it ends (its exit code; null: a signal ended it), or until the agent stops: then it goes on alone. */
export async function runKept(argv: readonly string[], o: KeptOptions): Promise<number | null> {
  o.signal.throwIfAborted();
  await rm(o.folder, { recursive: true, force: true });
  await mkdir(o.folder, { recursive: true, mode: 0o700 });
  const output = await openToWrite(o.outputFile, "a", 0o600);
  try {
    const child = effect("kept.spawn", () =>
      spawn("setpriv", ["--no-new-privs", "sh", "-c", KEEP, "sh", o.folder, ...argv], {
        cwd: o.cwd,
        env: { PATH: "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", ...o.env },
        detached: true,
        stdio: ["ignore", output.fd, output.fd],
      }),
    );
    const ended = new Promise<void>((resolve, reject) => child.once("exit", () => resolve()).once("error", reject));
    await untilEnd(child.pid ?? 0, ended, o);
  } finally {
    await output.close();
  }
  return (await read(o.folder)).code;
}

/** Goes on with what an earlier agent began; answers as `runKept` would have. */
export async function rejoinKept({ folder, signal }: Pick<KeptOptions, "folder" | "signal">): Promise<number | null> {
  const { pid } = await read(folder);
  if (pid !== null) await untilEnd(pid, gone(folder, signal), { folder, signal });
  return (await read(folder)).code;
}

/** Whether there is something to go on with: it runs, or has ended with its exit code. Counts, unless the agent stops in order. */
export async function canRejoin(folder: string): Promise<boolean> {
  const { pid, code } = await read(folder);
  if (pid === null && code === null) return false;
  const lives = Number(await readFile(join(folder, "lives"), "utf8").catch(() => "0")) + 1;
  await writeFile(join(folder, "lives"), String(lives));
  return lives <= LIVES;
}

/** Ends it, wherever it stands. Idempotent. */
export async function endKept(folder: string): Promise<void> {
  const aside = `${folder}.ended`;
  // One that has not written down who it is cannot do so any more, and does not begin.
  await rename(folder, aside).catch(() => {});
  for (let tries = 0; tries < 50; tries += 1) {
    const { pid } = await read(aside);
    if (pid === null) break;
    signalGroup(pid, "SIGKILL");
    await sleep(LOOK_MS);
  }
  await rm(aside, { recursive: true, force: true });
}

async function untilEnd(pid: number, ended: Promise<void>, { folder, signal }: Pick<KeptOptions, "folder" | "signal">): Promise<void> {
  const over = new AbortController();
  const left = new Promise<void>((resolve) => {
    const onAbort = () => {
      if (agentStops(signal)) return resolve();
      signalGroup(pid, "SIGTERM");
      void sleep(GRACE_MS, undefined, { signal: over.signal }).then(() => signalGroup(pid, "SIGKILL"), () => {});
    };
    if (signal.aborted) onAbort();
    else signal.addEventListener("abort", onAbort, { once: true, signal: over.signal });
  });
  try {
    await Promise.race([ended, left]);
  } finally {
    over.abort();
  }
  // What is left of its group goes with it, unless all of it goes on; a stop in order is no death.
  if (agentStops(signal)) await rm(join(folder, "lives"), { force: true });
  else signalGroup(pid, "SIGKILL");
}

/** One that is not a child of this process cannot be waited for, only looked at. */
async function gone(folder: string, signal: AbortSignal): Promise<void> {
  while (!agentStops(signal) && (await read(folder)).pid !== null) await sleep(LOOK_MS);
}

/** `pid` only while it runs, `code` only when it has ended by itself. */
async function read(folder: string): Promise<Kept> {
  const text = (name: string) => readFile(join(folder, name), "utf8").catch(() => null);
  const self = await text("self");
  const pid = livingPid(self);
  // Read last: one that ends between the two looks has its code written by now.
  const outcome = pid === null ? await text("outcome") : null;
  return { pid, code: outcome === null || !isOfThisBoot(self) ? null : Number.parseInt(outcome, 10) };
}

function signalGroup(pid: number, signal: NodeJS.Signals): void {
  try {
    if (pid > 1) process.kill(-pid, signal);
  } catch {
    // already gone
  }
}
