import { readFile } from "node:fs/promises";
import { availableParallelism } from "node:os";
import { setTimeout as sleep } from "node:timers/promises";
import type { HostStatus } from "../../contract/index.ts";
import { diskRoom } from "./disk.ts";

export type Meters = Pick<HostStatus, "cores" | "cpuUsed" | "memoryTotal" | "memoryUsed" | "diskTotal" | "diskFree">;

type Ticks = { busy: number; total: number };
/** Shorter spans say more about the kernel's rounding than about the load. */
const MIN_SPAN_MS = 200;
let earlier: { ticks: Ticks; at: number; used: number } | null = null;

/** Cores used since the last call; the first call measures over a moment. */
export async function readMeters(dataDir: string): Promise<Meters> {
  const cores = availableParallelism();
  const [cpuUsed, memory, disk] = await Promise.all([coresUsed(cores), readMemory(), diskRoom(dataDir)]);
  return {
    cores,
    cpuUsed,
    ...memory,
    diskTotal: disk.total,
    diskFree: disk.free,
  };
}

async function coresUsed(cores: number): Promise<number> {
  if (earlier === null) {
    earlier = { ticks: await readTicks(), at: Date.now(), used: 0 };
    await sleep(MIN_SPAN_MS);
  }
  if (Date.now() - earlier.at < MIN_SPAN_MS) return earlier.used;
  const ticks = await readTicks();
  const used = between(earlier.ticks, ticks, cores);
  earlier = { ticks, at: Date.now(), used };
  return used;
}

export function between(before: Ticks, after: Ticks, cores: number): number {
  const total = after.total - before.total;
  if (total <= 0) return 0;
  return Math.round(Math.min(1, Math.max(0, (after.busy - before.busy) / total)) * cores * 100) / 100;
}

const readTicks = async () => parseTicks(await readFile("/proc/stat", "utf8"));

/** user nice system idle iowait irq softirq steal: waiting for a disk is idle, what a neighbour took is neither. */
export function parseTicks(stat: string): Ticks {
  const [user = 0, nice = 0, system = 0, idle = 0, iowait = 0, irq = 0, softirq = 0] = stat
    .slice(0, stat.indexOf("\n"))
    .split(/\s+/)
    .slice(1)
    .map(Number);
  const busy = user + nice + system + irq + softirq;
  return { busy, total: busy + idle + iowait };
}

async function readMemory(): Promise<{ memoryTotal: number; memoryUsed: number }> {
  const text = await readFile("/proc/meminfo", "utf8");
  const bytes = (name: string) => Number(new RegExp(`^${name}:\\s+(\\d+) kB`, "m").exec(text)?.[1] ?? 0) * 1024;
  return { memoryTotal: bytes("MemTotal"), memoryUsed: bytes("MemTotal") - bytes("MemAvailable") };
}
