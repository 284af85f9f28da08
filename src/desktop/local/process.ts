import { spawn } from "node:child_process";
import { mkdir, open, readdir, readFile, rename, rm, stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { describe, fail, Failure, toProblem, type Hello, type Problem } from "@aeroplane/agent/contract";
import { NODE_WORDS } from "../bootstrap/node-words.ts";
import type { WantedPart } from "../bootstrap/plan.ts";
import { readRefusal, REFUSED_FILE } from "../bootstrap/refusal.ts";
import { othersThan } from "../bootstrap/upgrade/upgrade.ts";
import { isNewer } from "../bootstrap/upgrade/version.ts";
import { readText, writeWhole } from "../config/file.ts";
import { withLock } from "../config/lock.ts";
import { dropUnused, keepParts } from "./kept.ts";
import type { LocalPlaces } from "./places.ts";
import { forgetUndone, rememberUndone, undoneHere, type Undone } from "./undone.ts";

/** `before`: what it is being replaced for, until it has answered. */
type Card = { pid: number; command: string[]; before?: string[] };
type Options = {
  places: LocalPlaces;
  parts: readonly WantedPart[];
  hello: (signal?: AbortSignal) => Promise<Hello | null>;
  /** The agent runs with the parts from before, since with the new ones it did not answer: now, or when they were tried. */
  onUndone?: (problem: Problem) => void;
  /** A person wants parts tried again that were undone here. */
  again?: boolean;
  signal?: AbortSignal;
};

const READY_SECONDS = 30;

/** The agent of this machine where no systemd keeps it: a process of its own that outlives the window. */
export async function ensureLocalAgent({ places, parts: wanted, hello, onUndone, again = false, signal }: Options): Promise<Hello> {
  // Only the last folder is closed: Caddy's and the sandbox's users pass through the one around it.
  await mkdir(dirname(places.run), { recursive: true, mode: 0o711 });
  await mkdir(places.run, { recursive: true, mode: 0o700 });
  return withLock(join(places.run, "agent"), async () => {
    const card = await readCard(places);
    const answer = await hello(signal);
    // A newer app has been here: its agent stays, and its store could not be read by an older one.
    if (answer && isNewer(answer.agentVersion, wanted.find(({ name }) => name === "agent")!.version)) return answer;
    const parts = await keepParts(places.parts, wanted);
    const command = commandOf(places, parts);
    // One that was not started here is somebody's own, and left alone.
    if (answer && !card) return answer;
    if (answer && card && isSame(card.command, command)) {
      await settle(places, card);
      // Whoever was killed before that left it, and a reboot would bring back what was replaced.
      await forgetUndone(places.parts);
      return answer;
    }
    const known = await undoneHere(places.parts, parts);
    // What is replaced is what last answered, also where somebody was killed in the middle of a try.
    const before = card?.before ?? card?.command ?? known?.stands;
    if (before === undefined || !isOtherPartsOnly(before, command)) return anew(command);
    if (known && !again) {
      const stands = answer && card && isSame(card.command, before) ? answer : await anew(before).catch(() => null);
      signal?.throwIfAborted();
      if (stands) onUndone?.(known.problem);
      // Where even that does not answer any more, the new ones are worth another try.
      if (stands) return stands;
    }
    try {
      return await anew(command, before);
    } catch (error) {
      signal?.throwIfAborted();
      // Only the parts differ: the store is no newer than what the one before reads.
      const undone = asUndone(error, before, parts);
      await rememberUndone(places.parts, parts, undone);
      const back = await anew(before);
      onUndone?.(undone.problem);
      return back;
    }

    async function anew(words: string[], instead?: string[]): Promise<Hello> {
      // Its card stays until the next one's: it says what was replaced.
      const running = await readCard(places);
      if (running) await stopRecorded(running);
      const started = await start(words, { places, hello, before: instead, signal });
      if (!isSame(words, command)) return started;
      await forgetUndone(places.parts);
      await dropUnused(places.parts, parts);
      return started;
    }
  });
}

const isSame = (one: readonly string[], other: readonly string[]) => JSON.stringify(one) === JSON.stringify(other);

function asUndone(error: unknown, stands: string[], parts: readonly WantedPart[]): Undone {
  const { message, detail = "" } = toProblem(error);
  const at = Date.now();
  const when = new Date(at).toLocaleString("en-GB", { dateStyle: "long", timeStyle: "short" });
  const problem = describe("PARTS_UNDONE", { parts: othersThan(stands.join(" "), parts), why: message.replace(/\.$/, "") }, `Tried on ${when}.\n${detail}`.trim());
  return { at, problem, stands };
}

/** It answers: nothing is gone back to any more. */
async function settle(places: LocalPlaces, { pid, command, before }: Card): Promise<void> {
  if (before !== undefined) await writeWhole(cardPath(places), JSON.stringify({ pid, command } satisfies Card));
}

/** The same agent with the same words, started with other programs. */
function isOtherPartsOnly(before: readonly string[], now: readonly string[]): boolean {
  const changed = now.map((word, index) => (word === before[index] ? null : basename(word))).filter((name) => name !== null);
  return before.length === now.length && changed.length > 0 && changed.every((name) => ["node", "caddy", "docker-buildx"].includes(name));
}

/** Ends the recorded agent, where it still is that process; answers whether one ran. */
export async function stopLocalAgent(places: LocalPlaces): Promise<boolean> {
  const card = await readCard(places);
  if (!card) return false;
  const ran = await stopRecorded(card);
  await rm(cardPath(places), { force: true });
  return ran;
}

async function start(command: string[], { places, hello, before, signal }: Pick<Options, "places" | "hello" | "signal"> & Pick<Card, "before">): Promise<Hello> {
  await mkdir(places.data, { recursive: true, mode: 0o711 });
  const logPath = join(places.run, "agent.log");
  if (((await stat(logPath).catch(() => null))?.size ?? 0) > 16 * 1024 * 1024) await rename(logPath, `${logPath}.1`);
  const log = await open(logPath, "a", 0o600);
  const begin = (await log.stat()).size;
  let gone: string | null = null;
  let pid: number | undefined;
  try {
    const child = spawn(command[0]!, command.slice(1), { detached: true, cwd: "/", stdio: ["ignore", log.fd, log.fd], env: agentEnvironment() });
    child.on("exit", (code, killed) => (gone = killed ?? `exit code ${code}`));
    child.on("error", (error) => (gone = error.message));
    child.unref();
    pid = child.pid;
    if (child.pid) await writeWhole(cardPath(places), JSON.stringify({ pid: child.pid, command, before } satisfies Card));
  } finally {
    await log.close();
  }
  for (const until = Date.now() + READY_SECONDS * 1000; gone === null && Date.now() < until; await pause(50, undefined, { signal })) {
    const answer = await hello(signal);
    if (answer) {
      if (pid !== undefined) await settle(places, { pid, command, before });
      return answer;
    }
  }
  const refused = readRefusal(await readFile(join(places.data, REFUSED_FILE), "utf8").catch(() => ""));
  if (refused !== null && refused.pid === pid) throw new Failure(refused.problem);
  const text = (await readFile(logPath, "utf8").catch(() => "")).slice(begin);
  throw fail("AGENT_NOT_STARTED", { address: "this machine", seconds: READY_SECONDS }, { detail: `${gone ?? ""}\n${text.slice(-4000)}`.trim() });
}

/** Every program in it lies in the place of parts, which stays while the app and its cache come and go. */
export function commandOf(places: LocalPlaces, parts: readonly WantedPart[]): string[] {
  const path = (name: WantedPart["name"]) => parts.find((candidate) => candidate.name === name)!.path;
  return [
    ...[path("node"), ...NODE_WORDS, path("agent")],
    ...["serve", "--data-dir", places.data, "--socket", places.socket],
    ...["--http-port", String(places.httpPort), "--http-address", places.httpAddress],
    ...["--caddy", path("caddy"), "--buildx", path("buildx")],
  ];
}

function agentEnvironment(): Record<string, string> {
  const { HOME, USER, LANG, TZ } = process.env;
  const kept = Object.fromEntries(Object.entries({ HOME, USER, LANG, TZ }).filter((entry): entry is [string, string] => entry[1] !== undefined));
  return { ...kept, PATH: "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin" };
}

const cardPath = (places: LocalPlaces) => join(places.run, "agent.json");

async function readCard(places: LocalPlaces): Promise<Card | null> {
  try {
    return JSON.parse((await readText(cardPath(places))) ?? "null") as Card | null;
  } catch {
    return null;
  }
}

async function stopRecorded({ pid, command }: Card): Promise<boolean> {
  if (!(await isThat(pid, command))) return false;
  process.kill(pid, "SIGTERM");
  await untilEnded(pid, 10_000);
  if (await isThat(pid, command)) process.kill(pid, "SIGKILL");
  await untilEnded(pid, 5000);
  return true;
}

/** A process loses its words before its sockets, which take what is said to them until no thread of it is left. */
async function untilEnded(pid: number, ms: number): Promise<void> {
  const ended = async () => {
    const threads = await readdir(`/proc/${pid}/task`).catch(() => []);
    const status = await readFile(`/proc/${pid}/status`, "utf8").catch(() => "");
    return threads.length <= 1 && !/^State:\s+[^ZX]/m.test(status);
  };
  for (const until = Date.now() + ms; Date.now() < until && !(await ended()); ) await pause(50);
}

/** A pid may have been given to somebody else since. */
async function isThat(pid: number, command: string[]): Promise<boolean> {
  const line = await readFile(`/proc/${pid}/cmdline`, "utf8").catch(() => "");
  return line === command.map((word) => `${word}\0`).join("");
}
