// What the kernel says about a process, wherever that process runs.
export type Read = (argv: readonly string[]) => Promise<string>;

const TICKS_PER_SECOND = 100;

export type Memory = { rss: number; peak: number };

/** MB as the kernel counts them. */
export async function memoryOf(read: Read, pid: number): Promise<Memory> {
  const status = await read(["cat", `/proc/${pid}/status`]);
  const of = (name: string) => Number(new RegExp(`^${name}:\\s+(\\d+) kB`, "m").exec(status)?.[1] ?? 0) / 1024;
  return { rss: of("VmRSS"), peak: of("VmHWM") };
}

/** Seconds of processor time since it began, its own and the kernel's for it. */
export async function cpuSecondsOf(read: Read, pid: number): Promise<number> {
  const stat = await read(["cat", `/proc/${pid}/stat`]);
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
}

/** The one process whose command line has all these words. */
export async function pidOf(read: Read, ...words: string[]): Promise<number> {
  const listed = await read(["ps", "-eo", "pid=,args="]);
  const found = listed.split("\n").filter((line) => words.every((word) => line.includes(word)) && !/ps -eo|sh -c/.test(line));
  const pid = Number(found[0]?.trim().split(/\s+/)[0]);
  if (!pid) throw new Error(`no process has ${words.join(" ")} in:\n${listed}`);
  return pid;
}

export const mb = (value: number): string => `${value.toFixed(1)} MB`;
