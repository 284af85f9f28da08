import { readFile } from "node:fs/promises";

/** Of all processes of a container: bytes that the kernel cannot take back at once, and milliseconds of processors since it began. */
export type Usage = { memory: number; processorMs: number };

const ROOT = "/sys/fs/cgroup";

/** As the kernel counts them, by a process of the container; null where that cannot be seen from here, as within another container. */
export const groupUsage = (containerId: string, pid: number, root = ROOT, proc = "/proc"): Promise<Usage | null> =>
  read(containerId, pid, proc, (groups) => (isOne(groups) ? ofOne(root, groups) : ofSeveral(root, groups)));

/** How often the kernel ended a process of it for want of memory, and refused it a new one, since it began. */
export type Reached = { memory: number; processes: number };

export const groupReached = (containerId: string, pid: number, root = ROOT, proc = "/proc"): Promise<Reached | null> =>
  read(containerId, pid, proc, async (groups) => {
    const one = `${root}${pathIn(groups, "")}`;
    const files = isOne(groups) ? [`${one}/memory.events`, `${one}/pids.events`] : [`${root}/memory${pathIn(groups, "memory")}/memory.oom_control`, `${root}/pids${pathIn(groups, "pids")}/pids.events`];
    const [memory, processes] = await Promise.all(files.map((file) => readFile(file, "utf8")));
    return { memory: figureIn(memory!, "oom_kill"), processes: figureIn(processes!, "max") };
  });

async function read<T>(containerId: string, pid: number, proc: string, take: (groups: string) => Promise<T>): Promise<T | null> {
  const groups = await readFile(`${proc}/${pid}/cgroup`, "utf8").catch(() => "");
  // A number alone may name anybody: the process says whose it is.
  return groups.includes(containerId) ? take(groups).catch(() => null) : null;
}

/** One tree for all kinds, or one for each. */
const isOne = (groups: string): boolean => pathIn(groups, "memory") === null;

/** One tree for all: cgroup v2. */
async function ofOne(root: string, groups: string): Promise<Usage> {
  const folder = `${root}${pathIn(groups, "")}`;
  const [current, memory, processor] = await Promise.all([`${folder}/memory.current`, `${folder}/memory.stat`, `${folder}/cpu.stat`].map((file) => readFile(file, "utf8")));
  return { memory: held(Number(current), figureIn(memory!, "inactive_file")), processorMs: figureIn(processor!, "usage_usec") / 1000 };
}

/** A tree for each kind: cgroup v1. */
async function ofSeveral(root: string, groups: string): Promise<Usage> {
  const [memory, processor] = [`${root}/memory${pathIn(groups, "memory")}`, `${root}/cpuacct${pathIn(groups, "cpuacct")}`];
  const [usage, stat, used] = await Promise.all([`${memory}/memory.usage_in_bytes`, `${memory}/memory.stat`, `${processor}/cpuacct.usage`].map((file) => readFile(file, "utf8")));
  return { memory: held(Number(usage), figureIn(stat!, "total_inactive_file")), processorMs: Number(used) / 1e6 };
}

/** Files that were read and that nobody has used lately are kept only as long as nobody needs the room. */
const held = (all: number, idle: number): number => Math.max(0, all - idle);

/** Lines are "4:memory:/docker/…", several kinds may share one: "4:cpu,cpuacct:/…"; of v2 "0::/…". */
function pathIn(groups: string, kind: string): string | null {
  const fields = groups.split("\n").map((line) => /^\d+:([^:]*):(.*)$/.exec(line));
  return fields.find((found) => found?.[1]!.split(",").includes(kind))?.[2] ?? null;
}

function figureIn(text: string, name: string): number {
  return Number(new RegExp(`^${name} (\\d+)$`, "m").exec(text)?.[1] ?? 0);
}
