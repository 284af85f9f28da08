import { spawn } from "node:child_process";
import { createServer } from "node:net";
import { readFile, readlink } from "node:fs/promises";
import { closeSync, openSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { effect, filesOf } from "../effects/index.ts";
import { fail } from "../../contract/index.ts";
import { run, type Account } from "../sandbox/index.ts";

const { rename, writeFile } = filesOf("caddy.launcher");

export type ProcessPlace = { dataDir: string; bin: string; account: Account | null; httpPort: number; unit: string | null };

export const configFile = (dataDir: string) => join(dataDir, "caddy", "config.json");
const launcherFile = (dataDir: string) => join(dataDir, "caddy", "launch");
const outputFile = (dataDir: string) => join(dataDir, "caddy", "start.log");
const pidFile = (dataDir: string) => join(dataDir, "caddy", "caddy.pid");

const quote = (word: string) => `'${word.replaceAll("'", "'\\''")}'`;

function argvOf(place: ProcessPlace): [string, ...string[]] {
  const caddy: [string, ...string[]] = [place.bin, "run", "--config", configFile(place.dataDir)];
  if (place.account === null) return caddy;
  const caps = place.httpPort < 1024 ? "-all,+net_bind_service" : "-all";
  return [
    "setpriv",
    `--reuid=${place.account.uid}`,
    `--regid=${place.account.gid}`,
    "--clear-groups",
    "--no-new-privs",
    `--inh-caps=${caps}`,
    `--ambient-caps=${caps}`,
    `--bounding-set=${caps}`,
    ...caddy,
  ];
}

function environment(dataDir: string): Record<string, string> {
  const own = join(dataDir, "caddy", "run");
  // Caddy is idle most of the time: a small heap matters more on a 1 GB server than fewer collections.
  return { PATH: "/usr/sbin:/usr/bin:/sbin:/bin", HOME: own, XDG_DATA_HOME: own, XDG_CONFIG_HOME: own, GOGC: "50" };
}

/** What a systemd unit has as its ExecStart: the unit need not know uid, paths or options. */
export async function writeLauncher(place: ProcessPlace) {
  const assignments = Object.entries(environment(place.dataDir)).map(([key, value]) => `${key}=${quote(value)}`);
  const text = `#!/bin/sh\nexec env -i ${assignments.join(" ")} ${argvOf(place).map(quote).join(" ")}\n`;
  const path = launcherFile(place.dataDir);
  await writeFile(`${path}.new`, text, { mode: 0o700 });
  await rename(`${path}.new`, path);
}

/** At boot the unit may have just been started by systemd and not be ready yet. */
export async function unitRuns({ unit }: ProcessPlace): Promise<boolean> {
  if (unit === null) return false;
  const asked = await run(["systemctl", "is-active", "--quiet", unit], { cwd: "/", env: {}, account: null, seconds: 30 });
  return asked.code === 0;
}

/** Starts it and returns at once; it outlives the agent. */
export async function launch(place: ProcessPlace, onExit: () => void) {
  if (place.unit !== null) {
    const started = await run(["systemctl", "start", place.unit], { cwd: "/", env: {}, account: null, seconds: 30 });
    if (started.code !== 0) throw fail("CADDY_UNAVAILABLE", { why: `systemctl could not start ${place.unit}` }, { detail: started.stderr });
    return { exited: () => false };
  }
  const [command, ...args] = argvOf(place);
  let gone = false;
  const child = effect("caddy.process.spawn", () => {
    const output = openSync(outputFile(place.dataDir), "w", 0o600);
    const begun = spawn(command, args, { cwd: "/", env: environment(place.dataDir), detached: true, stdio: ["ignore", output, output] });
    closeSync(output);
    return begun;
  });
  child.once("error", () => (gone = true));
  child.once("exit", () => {
    gone = true;
    onExit();
  });
  child.unref();
  if (child.pid !== undefined) await writeFile(pidFile(place.dataDir), String(child.pid), { mode: 0o600 });
  return { exited: () => gone };
}

/** Caddy shares a port with any program of the same user (SO_REUSEPORT), and each would get a part of the requests. */
export function requireFreePort({ httpAddress, httpPort }: { httpAddress: string; httpPort: number }): Promise<void> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once("error", (cause: NodeJS.ErrnoException) =>
      // Other refusals are Caddy's own to explain.
      cause.code === "EADDRINUSE" ? reject(fail("PORT_IN_USE", { port: httpPort }, { cause })) : resolve(),
    );
    probe.listen({ host: httpAddress, port: httpPort, exclusive: true }, () => probe.close(() => resolve()));
  });
}

/** Its own words as a failure. */
export async function startFailure(place: ProcessPlace) {
  const text = await readFile(outputFile(place.dataDir), "utf8").catch(() => "");
  if (/address already in use/.test(text)) return fail("PORT_IN_USE", { port: place.httpPort }, { detail: text.slice(-2000) });
  const lines = text.trim().split("\n");
  const why = /permission denied/.test(text) ? `it may not listen on port ${place.httpPort}` : (lines.at(-1) || "it ended at once").slice(0, 200);
  return fail("CADDY_UNAVAILABLE", { why }, { detail: text.slice(-2000) });
}

/** Ends a Caddy that does not obey its admin socket, and only the one that was started here. */
export async function killLaunched(place: ProcessPlace) {
  const pid = Number(await readFile(pidFile(place.dataDir), "utf8").catch(() => ""));
  if (!Number.isInteger(pid) || pid <= 1) return;
  for (const signal of ["SIGTERM", "SIGKILL"] as const) {
    if (!(await isOurs(pid, place))) return;
    effect("caddy.process.kill", () => process.kill(pid, signal));
    for (let i = 0; i < 60 && (await isOurs(pid, place)); i++) await sleep(100);
  }
}

/** A pid may have been given to somebody else since. */
async function isOurs(pid: number, place: ProcessPlace): Promise<boolean> {
  const commandLine = await readFile(`/proc/${pid}/cmdline`, "utf8").catch(() => "");
  const exe = await readlink(`/proc/${pid}/exe`).catch(() => "");
  return exe !== "" && commandLine.split("\0").includes(configFile(place.dataDir));
}
