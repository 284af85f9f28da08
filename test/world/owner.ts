// Who made a thing of the world: pid and start time of a process, so that leftovers of the dead can be told from things in use.
import { readFileSync } from "node:fs";

/** "PID.START" of a process, or "kept" for a world that a person raised; anything may follow. */
export type Owner = string;

export const kept: Owner = "kept";

/** Field 22 of /proc/PID/stat; a pid alone may have been given to another process since. */
function startTime(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    // A zombie has ended; only nobody has asked for its exit code yet.
    return fields[0] === "Z" || fields[0] === "X" ? undefined : fields[19];
  } catch {
    return undefined;
  }
}

export function ownerOf(pid: number): Owner {
  return `${pid}.${startTime(pid) ?? "gone"}`;
}

export const thisOwner: Owner = ownerOf(process.pid);

export function isAlive(owner: Owner): boolean {
  const [pid, start] = owner.split(".");
  if (pid === kept) return true;
  return start !== undefined && start !== "gone" && startTime(Number(pid)) === start;
}
