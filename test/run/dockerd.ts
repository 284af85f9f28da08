// The machine's Docker daemon. Where the distribution runs it as a service it is left to it; where nothing runs one (a container, a bare VM
// without systemd) it is started here and stays: other runs on the machine use it too, and starting it again each time would cost them their
// images' warm cache. It is the distribution's own daemon with its own defaults, so the twentieth run finds what the first one found.
import { spawn } from "node:child_process";
import { existsSync, mkdirSync, openSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { cacheDir } from "../world/cache.ts";
import { withLock } from "../world/lock.ts";
import { until } from "../world/wait.ts";
import { runChild } from "./child.ts";

const log = "/var/log/aeroplane-test-dockerd.log";

export async function ensureDockerd(signal: AbortSignal): Promise<boolean> {
  if (await answers()) return true;
  if (!existsSync("/usr/sbin/dockerd") && !existsSync("/usr/bin/dockerd")) return false;
  mkdirSync(cacheDir, { recursive: true });
  return await withLock(
    `${cacheDir}/dockerd.lock`,
    async () => {
      if (await answers()) return true;
      process.stdout.write("Starting dockerd\n");
      if (existsSync("/run/systemd/system"))
        await runChild(["systemctl", "start", "docker"], { quiet: true });
      else startDetached();
      try {
        return await until("dockerd", answers, { within: 60_000, every: 250, signal });
      } catch {
        process.stdout.write(
          `dockerd does not answer. The end of ${log}:\n${(await readFile(log, "utf8").catch(() => "")).slice(-2000)}\n`,
        );
        return false;
      }
    },
    { signal },
  );
}

async function answers(): Promise<true | undefined> {
  const client = existsSync("/usr/bin/docker") ? "/usr/bin/docker" : "docker";
  const { code } = await runChild([client, "info"], { quiet: true, timeout: 10_000 }).catch(() => ({
    code: 1,
  }));
  return code === 0 ? true : undefined;
}

function startDetached(): void {
  const output = openSync(log, "a");
  const program = existsSync("/usr/sbin/dockerd") ? "/usr/sbin/dockerd" : "/usr/bin/dockerd";
  spawn(program, ["--log-level", "warn"], {
    stdio: ["ignore", output, output],
    detached: true,
  }).unref();
}
