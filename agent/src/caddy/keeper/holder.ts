import { spawn } from "node:child_process";
import { closeSync, openSync } from "node:fs";
import { readFile, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fail } from "../../../contract/index.ts";
import { effect } from "../../effects/index.ts";
import { livingPid, PRINT_SELF } from "../../sandbox/index.ts";
import { HTTP_NAME } from "./launcher.ts";
import { caddyFolder, isEverywhere, portAddress, type KeeperPlace } from "./place.ts";
import type { Port } from "./port.ts";
import { whatStarted } from "./started.ts";

const holderFile = (dataDir: string) => join(caddyFolder(dataDir), "holder");
/** Why the last Caddy ended, where it did not end in order. */
const endedFile = (dataDir: string) => join(caddyFolder(dataDir), "ended");
/** What the last one said. */
export const outputFile = (dataDir: string) => join(caddyFolder(dataDir), "start.log");

/**
 * A shell that has the listening socket as its file 3 and runs Caddy with it, again and again; a megabyte. $1: the folder,
 * $2: the address. It writes down who it is before it begins, and ends by itself where its folder is gone.
 */
const HOLD = `
dir=$1; stop=
{ ${PRINT_SELF}; printf '%s\\n' "$2"; } > "$dir/holder.new" && mv "$dir/holder.new" "$dir/holder" || exit 1
trap '' HUP
trap 'stop=1; kill -TERM "$child" 2>/dev/null' TERM
while [ -z "$stop" ] && [ -x "$dir/launch" ]; do
  LISTEN_FDS=1 LISTEN_FDNAMES=${HTTP_NAME} "$dir/launch" </dev/null >"$dir/start.log" 2>&1 &
  child=$!
  wait "$child"; code=$?
  # A signal ends the wait before Caddy has ended.
  while kill -0 "$child" 2>/dev/null; do wait "$child"; code=$?; done
  child=
  [ -n "$stop" ] || [ "$code" = 0 ] || { echo "$code" > "$dir/ended"; sleep 0.5; }
done
`;
const BACKLOG = 4096;
const GRACE_MS = 10_000;

/** Keeps the port where no systemd does: the socket lives on in a process that neither Caddy's nor the agent's end ends. */
export function holderPort(place: KeeperPlace): Port {
  const { dataDir } = place;

  async function holder(): Promise<{ pid: number; address: string } | null> {
    const text = await readFile(holderFile(dataDir), "utf8").catch(() => null);
    const pid = livingPid(text);
    return pid === null ? null : { pid, address: text?.split("\n")[2] ?? "" };
  }
  const kept = async () => (await holder())?.address === portAddress(place);

  async function release(): Promise<void> {
    const found = await holder();
    if (found) await end(found.pid, async () => (await holder()) !== null);
    const left = await whatStarted(dataDir);
    if (left) await end(left.pid, async () => (await whatStarted(dataDir)) !== null);
  }

  return {
    kept,
    async keep() {
      const other = await holder();
      if (other !== null && other.address !== portAddress(place)) await release();
      for (let tries = 0; ; tries += 1) {
        if (await kept()) return;
        await forget(endedFile(dataDir));
        try {
          await effect("caddy.holder.start", () => listenAndHold(place));
        } catch (error) {
          // One that an agent began just before it died has not written down who it is.
          if (tries === 20) throw error;
        }
        await sleep(100);
      }
    },
    async start() {
      await forget(endedFile(dataDir));
    },
    async failed() {
      return (await readFile(endedFile(dataDir), "utf8").catch(() => null)) === null ? null : await readFile(outputFile(dataDir), "utf8").catch(() => "");
    },
    async replace(running) {
      await forget(endedFile(dataDir));
      signal(running.pid, "SIGTERM");
    },
    release,
    async remove() {
      await release();
      await forget(holderFile(dataDir));
    },
  };
}

/**
 * Opened by the agent, and handed on before its loop turns, so that no visitor is accepted here. It is not shared with any
 * other program: nobody can join a port that was bound without SO_REUSEPORT.
 */
function listenAndHold(place: KeeperPlace): Promise<void> {
  const { httpAddress: host, httpPort: port, dataDir } = place;
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", (cause: NodeJS.ErrnoException) => {
      if (cause.code === "EADDRINUSE") return reject(fail("PORT_IN_USE", { port }, { cause }));
      const why = cause.code === "EACCES" ? `it may not listen on port ${port}` : `port ${port} cannot be opened: ${cause.code}`;
      reject(fail("CADDY_UNAVAILABLE", { why }, { cause }));
    });
    server.listen({ ...(isEverywhere(place) ? {} : { host }), port, backlog: BACKLOG, exclusive: true }, () => {
      const output = openSync(outputFile(dataDir), "a", 0o600);
      try {
        const argv = ["-c", HOLD, "sh", caddyFolder(dataDir), portAddress(place)];
        const child = spawn("sh", argv, { cwd: "/", env: { PATH: "/usr/sbin:/usr/bin:/sbin:/bin" }, detached: true, stdio: ["ignore", output, output, fileOf(server)] });
        child.once("error", (cause) => reject(fail("CADDY_UNAVAILABLE", { why: "the holder of its port did not start" }, { cause })));
        child.unref();
      } finally {
        closeSync(output);
        server.close(() => resolve());
      }
    });
  });
}

const forget = (path: string) => effect("caddy.holder.forget", () => rm(path, { force: true }));

/** The number of a server's file; Node gives it to `spawn`, and has no other name for it. */
const fileOf = (server: unknown): number => (server as { _handle: { fd: number } })._handle.fd;

async function end(pid: number, lives: () => Promise<boolean>): Promise<void> {
  signal(pid, "SIGTERM");
  for (let waited = 0; waited < GRACE_MS; waited += 50) {
    if (!(await lives())) return;
    await sleep(50);
  }
  signal(pid, "SIGKILL");
  for (let waited = 0; waited < GRACE_MS && (await lives()); waited += 50) await sleep(50);
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    if (pid > 1) effect("caddy.process.signal", () => process.kill(pid, name));
  } catch {
    // already gone
  }
}
