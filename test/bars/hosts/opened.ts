// What the edge opens and lists meanwhile: nothing but files of routes and of the sites that it serves.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { readFile, stat, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { BarContext } from "../frame.ts";
import type { Edge } from "../edge/edge.ts";

const SECRET = "nobody-should-read-this";

/** Files that anybody might read, where a host that leads out of its folder would come to: reading one shows in its time of access. */
export async function plantCanaries({ dataDir, folder }: Edge): Promise<{ read: () => Promise<string[]>; secret: string }> {
  const paths = [join(folder, "key"), join(dataDir, "key"), join(dataDir, "name"), join(dataDir, "routes", "key"), join(dataDir, "sites", "key")];
  for (const path of paths) await writeFile(path, `app@127.0.0.1:1@${SECRET}`, { mode: 0o644 });
  const long = new Date(Date.now() - 86_400_000);
  for (const path of paths) await utimes(path, long, new Date());
  return {
    secret: SECRET,
    async read() {
      const read: string[] = [];
      for (const path of paths) if ((await stat(path)).atimeMs > long.getTime() + 1000) read.push(path);
      return read;
    },
  };
}

/** Whether this file system tells what was read at all: else a canary proves nothing. */
export async function tellsReading(folder: string): Promise<boolean> {
  const path = join(folder, "control");
  const long = new Date(Date.now() - 86_400_000);
  await writeFile(path, "x");
  await utimes(path, long, new Date());
  await readFile(path);
  return (await stat(path)).atimeMs > long.getTime() + 1000;
}

export type Trace = { stop: () => Promise<string[]> };

/** Every path that a process opens from now on; null where there is no strace. */
export async function traceOpened({ cleanup }: BarContext, edge: Edge): Promise<Trace | null> {
  if (!existsSync("/usr/bin/strace")) return null;
  const out = join(edge.folder, "opened");
  const child = spawn("/usr/bin/strace", ["-f", "-qq", "-s", "4096", "-e", "trace=open,openat,openat2", "-o", out, "-p", String(await edge.pid())], { stdio: ["ignore", "ignore", "pipe"] });
  const ended = once(child, "exit");
  const end = async () => {
    if (child.exitCode === null && child.signalCode === null) child.kill("SIGINT");
    await ended;
  };
  cleanup(end);
  // It has attached when a request leaves a trace.
  for (let tries = 0; (await readFile(out, "utf8").catch(() => "")) === "" && tries < 50; tries += 1) {
    if (child.exitCode !== null) return null;
    await edge.ask("a.test");
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  return {
    async stop() {
      await end();
      const text = await readFile(out, "utf8");
      return [...new Set([...text.matchAll(/\bopen(?:at2?)?\((?:AT_FDCWD, )?"((?:[^"\\]|\\.)*)"/g)].map((found) => found[1]!))];
    },
  };
}
