// What an agent has made on this machine: processes, containers, images, networks, files. Two looks are compared.
import { readdir, readFile, readlink } from "node:fs/promises";
import { join } from "node:path";
import { docker } from "../world/docker.ts";
import type { AgentProcess } from "./agent-process.ts";

export type Traces = { containers: string[]; images: string[]; networks: string[]; files: string[] };

export async function tracesOf({ instanceId, dataDir }: Pick<AgentProcess, "instanceId" | "dataDir">): Promise<Traces> {
  const label = `label=run.aeroplane.instance=${instanceId()}`;
  const short = instanceId().replaceAll("-", "").slice(-12, -4);
  const list = async (...args: string[]) => (await docker(args)).split("\n").filter(Boolean).sort();
  const [containers, images, networks] = await Promise.all([
    list("ps", "--all", "--no-trunc", "--quiet", "--filter", label),
    list("images", "--format", "{{.Repository}}:{{.Tag}}", "--filter", `reference=aeroplane-${short}/*`),
    list("network", "ls", "--no-trunc", "--quiet", "--filter", label),
  ]);
  const files = (await Promise.all(["sources", "sites", "tmp"].map((folder) => filesUnder(join(dataDir, folder))))).flat();
  return { containers, images, networks, files: files.filter((file) => !file.includes("/tmp/buildx/")).sort() };
}

async function filesUnder(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  const found = await Promise.all(
    entries.map((entry) => (entry.isDirectory() ? filesUnder(join(folder, entry.name)) : [join(folder, entry.name)])),
  );
  return found.flat();
}

export type Process = { pid: number; parent: number; command: string };

export async function processes(): Promise<Process[]> {
  const pids = (await readdir("/proc")).filter((name) => /^\d+$/.test(name)).map(Number);
  const found = await Promise.all(
    pids.map(async (pid) => {
      try {
        const stat = await readFile(`/proc/${pid}/stat`, "utf8");
        const [state, parent] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
        if (state === "Z") return [];
        const command = (await readFile(`/proc/${pid}/cmdline`, "utf8")).replaceAll("\0", " ").trim();
        return [{ pid, parent: Number(parent), command }];
      } catch {
        return [];
      }
    }),
  );
  return found.flat();
}

/** Children of a process, theirs, and so on. */
export async function descendants(pid: number): Promise<Process[]> {
  const all = await processes();
  const found: Process[] = [];
  const heads = [pid];
  for (let head = heads.shift(); head !== undefined; head = heads.shift()) {
    for (const child of all.filter(({ parent }) => parent === head)) {
      found.push(child);
      heads.push(child.pid);
    }
  }
  return found;
}

export async function isRunning({ pid, command }: Process): Promise<boolean> {
  return (await processes()).some((other) => other.pid === pid && other.command === command);
}

/** Whether it is Caddy, or the shell that keeps its port: both outlive every job. */
export async function isCaddy(pid: number): Promise<boolean> {
  if (/caddy/.test(await readlink(`/proc/${pid}/exe`).catch(() => ""))) return true;
  return (await readFile(`/proc/${pid}/cmdline`, "utf8").catch(() => "")).split("\0").some((word) => word.endsWith("/caddy"));
}
