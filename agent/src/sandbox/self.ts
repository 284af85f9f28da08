import { readFileSync } from "node:fs";

/** Words of a shell that print who it is, for `livingPid`; what it becomes by exec is still the same process. */
export const PRINT_SELF = "cat /proc/sys/kernel/random/boot_id /proc/$$/stat";

/** The process that printed this, while it runs; null: it has ended, or the machine was started anew since. */
export function livingPid(self: string | null): number | null {
  const [boot = "", stat = ""] = (self ?? "").split("\n");
  return boot === bootId() && runs(stat) ? Number.parseInt(stat, 10) : null;
}

/** Whether it was printed since this machine was started. */
export const isOfThisBoot = (self: string | null): boolean => self?.split("\n")[0] === bootId();

const bootId = () => readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim();

/** A pid may have been given to somebody else since: its start time is compared too. */
function runs(stat: string): boolean {
  const known = fields(stat);
  if (known === null) return false;
  try {
    const now = fields(readFileSync(`/proc/${Number.parseInt(stat, 10)}/stat`, "utf8"));
    return now !== null && now.state !== "Z" && now.startedAt === known.startedAt;
  } catch {
    return false;
  }
}

/** Counted from the last bracket: the name before it may hold anything. */
function fields(stat: string): { state: string; startedAt: string } | null {
  const words = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return words.length < 20 ? null : { state: words[0]!, startedAt: words[19]! };
}
