import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, open } from "node:fs/promises";
import { request } from "node:http";
import { setTimeout as pause } from "node:timers/promises";

export const DOCKER_SOCKET = "/var/run/docker.sock";

export type DockerAnswer = { version: string } | { why: string };

/** What the daemon says over its socket; no client program is needed. */
export function askDocker(): Promise<DockerAnswer> {
  return new Promise((resolve) => {
    const asked = request({ socketPath: DOCKER_SOCKET, path: "/version", timeout: 5000 }, (answer) => {
      let text = "";
      answer.setEncoding("utf8").on("data", (chunk: string) => (text += chunk));
      answer.on("end", () => {
        const version = /"Version":"([^"]+)"/.exec(text)?.[1];
        resolve(version ? { version } : { why: `it answered ${answer.statusCode}` });
      });
    });
    asked.on("timeout", () => asked.destroy(new Error("no answer")));
    asked.on("error", (error: NodeJS.ErrnoException) => {
      resolve({ why: error.code === "EACCES" ? "this login may not use it (group docker)" : "it does not run" });
    });
    asked.end();
  });
}

export const dockerdPath = () => ["/usr/sbin/dockerd", "/usr/bin/dockerd", "/usr/local/bin/dockerd"].find((path) => existsSync(path));
export const runsSystemd = () => existsSync("/run/systemd/system");

/** Starts the daemon as this machine would; without a service manager as a process of its own, whose pid is answered. */
export async function startDocker(signal?: AbortSignal): Promise<{ pid: number | null }> {
  const program = dockerdPath();
  if (!program) throw new Error("dockerd is not installed");
  const pid = runsSystemd() ? await throughSystemd() : await detached(program);
  for (let tries = 0; tries < 240; tries += 1) {
    if ("version" in (await askDocker())) return { pid };
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
