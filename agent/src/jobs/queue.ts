import type { JobRow } from "../store/index.ts";

type Claim = Pick<JobRow, "id" | "projectId" | "serviceId">;

/** Two jobs exclude each other on the same service; a job without a service claims its whole project. */
export function conflicts(a: Claim, b: Claim): boolean {
  if (a.id === b.id) return false;
  if (a.serviceId !== null && b.serviceId !== null) return a.serviceId === b.serviceId;
  return a.projectId !== null && a.projectId === b.projectId;
}

/** The queued jobs that may begin now: nobody running and nobody older waiting stands in their way. */
export function startable(queued: readonly JobRow[], running: readonly Claim[]): JobRow[] {
  return queued.filter(
    (job, index) =>
      !running.some((other) => conflicts(job, other)) &&
      !queued.slice(0, index).some((older) => conflicts(job, older)),
  );
}
