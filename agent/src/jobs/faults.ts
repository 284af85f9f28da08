/**
 * Places where the process can be killed on purpose: before, during and after each side effect. The crash tests go
 * through this list, so a side effect without an entry is a side effect nobody has killed.
 */
export const FAULT_POINTS = [
  "source.before",
  "source.during",
  "source.tagged",
  "source.after",
  "build.before",
  "build.during",
  "build.after",
  "release.row.before",
  "release.row.after",
  "release.network.before",
  "release.network.after",
  "release.container.before",
  "release.container.after",
  "release.started",
  "check.before",
  "check.during",
  "check.after",
  "route.before",
  "route.hostname",
  "route.switched",
  "route.confirmed",
  "commit.after",
  "policy.after",
  "names.before",
  "names.after",
  "drain.during",
  "retire.before",
  "retire.stopped",
  "retire.archived",
  "retire.removed",
  "retire.after",
  "retire.forgotten",
] as const;
export type FaultPoint = (typeof FAULT_POINTS)[number];

let seen = 0;

/** Dies here as a power cut would, when AEROPLANE_FAULT names this point (the NTH time it is reached). */
export function fault(point: FaultPoint): void {
  if (process.env.AEROPLANE_FAULT !== point) return;
  seen += 1;
  if (seen === Number(process.env.AEROPLANE_FAULT_NTH ?? 1)) process.kill(process.pid, "SIGKILL");
}
