import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, open } from "node:fs/promises";
import { homedir } from "node:os";
import { setTimeout as pause } from "node:timers/promises";
import { runsSystemd } from "./commands.ts";
import { dockerPlaces, lookForDocker } from "./docker-state.ts";

/** What this machine's Docker is, for whoever runs this program. */
export const dockerHere = () => lookForDocker(dockerPlaces({ env: process.env, home: homedir() }));

const dockerdPath = () => dockerPlaces({ env: {}, home: "/" }).programs.find((path) => existsSync(path));

/** Starts the daemon as this machine would, which root alone may; without a service manager as a process of its own, whose pid is answered. */
export async function startDocker(signal?: AbortSignal): Promise<{ pid: number | null }> {
  const program = dockerdPath();
  if (!program) throw new Error("dockerd is not installed");
  const pid = runsSystemd() ? await throughSystemd() : await detached(program);
  for (let tries = 0; tries < 240; tries += 1) {
    if ((await dockerHere()).state === "answers") return { pid };
    await pause(250, undefined, { signal });
  }
  throw new Error(`dockerd did not answer within 60 s; its log is ${DOCKERD_LOG}`);
}

/** Where a daemon that was started here writes. */
export const DOCKERD_LOG = "/var/log/aeroplane-dockerd.log";

async function throughSystemd(): Promise<null> {
  const child = spawn("systemctl", ["enable", "--now", "docker"], { stdio: "ignore" });
  await new Promise((done) => child.once("close", done).once("error", done));
  return null;
}

async function detached(program: string): Promise<number | null> {
  await mkdir("/var/log", { recursive: true });
  const log = await open(DOCKERD_LOG, "a", 0o600);
  try {
    const child = spawn(program, ["--log-level", "warn"], { detached: true, stdio: ["ignore", log.fd, log.fd], cwd: "/" });
    child.on("error", () => {});
    child.unref();
    return child.pid ?? null;
  } finally {
    await log.close();
  }
}
