// What a process has taken of the machine so far.
import { readFile } from "node:fs/promises";

const TICKS = 100;

/** Of processor time. */
export async function cpuSeconds(pid: number): Promise<number> {
  const stat = await readFile(`/proc/${pid}/stat`, "utf8");
  // After the name in brackets: state is the first, utime the 12th, stime the 13th.
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return (Number(fields[11]) + Number(fields[12])) / TICKS;
}

/** In the memory of the machine now. */
export const residentMb = (pid: number) => statusMb(pid, "VmRSS");
/** Of that, pages of files (the program itself) that the kernel may drop and read again. */
export const ofFilesMb = (pid: number) => statusMb(pid, "RssFile");

const statusMb = async (pid: number, name: string) => Number(new RegExp(`${name}:\\s+(\\d+)`).exec(await readFile(`/proc/${pid}/status`, "utf8"))?.[1]) / 1024;
