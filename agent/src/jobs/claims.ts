import type { ClaimRow } from "../store/index.ts";

/** S: shared with other S; X: alone. */
export type Mode = ClaimRow["mode"];
/** The resource is a path such as instance/project:P/environment:E/service:S/process. */
export type Claim = ClaimRow;

/** What a job is about; whatever is null is not part of it. */
export type Subject = { projectId: string | null; environmentId: string | null; serviceId: string | null };

const INSTANCE = "instance";

const below = (parent: string, kind: string, id: string | null): string => {
  if (id === null) throw new Error(`A claim on a ${kind} needs its id`);
  return `${parent}/${kind}:${id}`;
};
const projectPath = ({ projectId }: Subject) => below(INSTANCE, "project", projectId);
const environmentPath = (subject: Subject) => below(projectPath(subject), "environment", subject.environmentId);
const servicePath = (subject: Subject) => below(environmentPath(subject), "service", subject.serviceId);

/** The tree of what can be claimed: instance ⊃ project ⊃ environment ⊃ service ⊃ (process, data ⊃ volume), and destinations. */
export const claim = {
  instance: (mode: Mode): Claim => ({ resource: INSTANCE, mode }),
  destination: (id: string, mode: Mode): Claim => ({ resource: below(INSTANCE, "destination", id), mode }),
  project: (subject: Subject, mode: Mode): Claim => ({ resource: projectPath(subject), mode }),
  environment: (subject: Subject, mode: Mode): Claim => ({ resource: environmentPath(subject), mode }),
  service: (subject: Subject, mode: Mode): Claim => ({ resource: servicePath(subject), mode }),
  /** What serves: containers, route, names. */
  process: (subject: Subject, mode: Mode): Claim => ({ resource: `${servicePath(subject)}/process`, mode }),
  /** What it keeps; a deploy never touches it. */
  data: (subject: Subject, mode: Mode): Claim => ({ resource: `${servicePath(subject)}/data`, mode }),
  /** One of a service that is gone lies below its environment. */
  volume: (subject: Subject, id: string, mode: Mode): Claim => ({ resource: below(subject.serviceId === null ? environmentPath(subject) : `${servicePath(subject)}/data`, "volume", id), mode }),
};

export const isInstanceExclusive = (claims: readonly Claim[]): boolean =>
  claims.some(({ resource, mode }) => resource === INSTANCE && mode === "X");

/** With what they imply: S on all that contains them. Of two modes on one resource the stronger stays. */
export function expand(claims: readonly Claim[]): Map<string, Mode> {
  const all = new Map<string, Mode>();
  for (const { resource, mode } of claims) {
    for (let at = resource.lastIndexOf("/"); at > 0; at = resource.lastIndexOf("/", at - 1)) {
      const parent = resource.slice(0, at);
      if (!all.has(parent)) all.set(parent, "S");
    }
    if (mode === "X" || !all.has(resource)) all.set(resource, mode);
  }
  return all;
}

/** Everything that is held or reserved, by resource. */
export function createHeld() {
  const counts = new Map<string, { S: number; X: number }>();
  return {
    take(claims: readonly Claim[]): void {
      for (const [resource, mode] of expand(claims)) {
        const count = counts.get(resource) ?? { S: 0, X: 0 };
        count[mode] += 1;
        counts.set(resource, count);
      }
    },
    /** Nobody stands against all of them together. */
    free(claims: readonly Claim[]): boolean {
      for (const [resource, mode] of expand(claims)) {
        const count = counts.get(resource);
        if (count !== undefined && (count.X > 0 || (mode === "X" && count.S > 0))) return false;
      }
      return true;
    },
  };
}
export type Held = ReturnType<typeof createHeld>;

/** Whether two jobs can never run at the same time. */
export function conflicts(a: readonly Claim[], b: readonly Claim[]): boolean {
  const held = createHeld();
  held.take(a);
  return !held.free(b);
}
