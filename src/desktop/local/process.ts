import { spawn } from "node:child_process";
import { copyFile, mkdir, open, readFile, rename, rm, stat } from "node:fs/promises";
import { randomUUID } from "node:crypto";
import { dirname, join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { fail, Failure, type Hello } from "@aeroplane/agent/contract";
import { partFolder, type WantedPart } from "../bootstrap/plan.ts";
import { readRefusal, REFUSED_FILE } from "../bootstrap/refusal.ts";
import { isNewer } from "../bootstrap/upgrade/version.ts";
import { readText, writeWhole } from "../config/file.ts";
import { withLock } from "../config/lock.ts";
import type { LocalPlaces } from "./places.ts";

type Card = { pid: number; command: string[] };
type Options = { places: LocalPlaces; parts: readonly WantedPart[]; hello: (signal?: AbortSignal) => Promise<Hello | null>; signal?: AbortSignal };

const READY_SECONDS = 30;

/** The agent of this machine where no systemd keeps it: a process of its own that outlives the window. */
export async function ensureLocalAgent({ places, parts, hello, signal }: Options): Promise<Hello> {
  // Only the last folder is closed: Caddy's and the sandbox's users pass through the one around it.
  await mkdir(dirname(places.run), { recursive: true, mode: 0o711 });
  await mkdir(places.run, { recursive: true, mode: 0o700 });
  return withLock(join(places.run, "agent"), async () => {
    const command = await commandOf(places, parts);
    const card = await readCard(places);
    const answer = await hello(signal);
    // A newer app has been here: its agent stays, and its store could not be read by an older one.
    if (answer && isNewer(answer.agentVersion, parts.find(({ name }) => name === "agent")!.version)) return answer;
    // One that was not started here is somebody's own, and left alone.
    if (answer && (!card || JSON.stringify(card.command) === JSON.stringify(command))) return answer;
    if (card) await stopRecorded(card);
    return start(command, { places, parts, hello, signal });
  });
}

/** Ends the recorded agent, where it still is that process; answers whether one ran. */
export async function stopLocalAgent(places: LocalPlaces): Promise<boolean> {
  const card = await readCard(places);
  if (!card) return false;
  const ran = await stopRecorded(card);
  await rm(cardPath(places), { force: true });
  return ran;
}

async function start(command: string[], { places, hello, signal }: Options): Promise<Hello> {
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
    if (child.pid) await writeWhole(cardPath(places), JSON.stringify({ pid: child.pid, command } satisfies Card));
  } finally {
    await log.close();
  }
  for (const until = Date.now() + READY_SECONDS * 1000; gone === null && Date.now() < until; await pause(50, undefined, { signal })) {
    const answer = await hello(signal);
    if (answer) return answer;
  }
  const refused = readRefusal(await readFile(join(places.data, REFUSED_FILE), "utf8").catch(() => ""));
  if (refused !== null && refused.pid === pid) throw new Failure(refused.problem);
  const text = (await readFile(logPath, "utf8").catch(() => "")).slice(begin);
  throw fail("AGENT_NOT_STARTED", { address: "this machine", seconds: READY_SECONDS }, { detail: `${gone ?? ""}\n${text.slice(-4000)}`.trim() });
}

async function commandOf(places: LocalPlaces, parts: readonly WantedPart[]): Promise<string[]> {
  const part = (name: WantedPart["name"]) => parts.find((candidate) => candidate.name === name)!;
  return [
    ...[part("node").path, "--max-semi-space-size=1", "--disable-warning=ExperimentalWarning", await keptBundle(places, part("agent"))],
    ...["serve", "--data-dir", places.data, "--socket", places.socket],
    ...["--http-port", String(places.httpPort), "--http-address", places.httpAddress],
    ...["--caddy", part("caddy").path, "--buildx", part("buildx").path],
  ];
}

/** A copy under the name of its content: building anew never changes the program of a running agent. */
async function keptBundle(places: LocalPlaces, agent: WantedPart): Promise<string> {
  const folder = join(places.parts, partFolder(agent));
  const path = join(folder, agent.file);
  if (await stat(path).catch(() => null)) return path;
  await mkdir(folder, { recursive: true });
  const fresh = `${path}.${randomUUID()}.new`;
  await copyFile(agent.path, fresh);
  await rename(fresh, path);
  return path;
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
  for (let tries = 0; tries < 200 && (await isThat(pid, command)); tries += 1) await pause(50);
  if (await isThat(pid, command)) process.kill(pid, "SIGKILL");
  return true;
}

/** A pid may have been given to somebody else since. */
async function isThat(pid: number, command: string[]): Promise<boolean> {
  const line = await readFile(`/proc/${pid}/cmdline`, "utf8").catch(() => "");
  return line === command.map((word) => `${word}\0`).join("");
}
