import { findDeployment, findJob, findJobGroup, findPerson, findProject, findService, type Db } from "../store/index.ts";

const MAX = 200;
/** What a refused input may hold; it would only spoil the list. */
const UNPRINTABLE = /[\u0000-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069]/g;

/**
 * What a call is about, by the names of this moment: asked before the act, since the act may delete or rename it. Null
 * where it is about the whole server, or about something that is not there.
 */
export function subjectOf(db: Db, procedure: string, input: unknown): string | null {
  const given = (typeof input === "object" && input !== null ? input : {}) as Record<string, unknown>;
  const text = (field: string) => (typeof given[field] === "string" ? given[field] : undefined);
  const [room] = procedure.split(".");
  const id = text("id") ?? "";
  const found = (() => {
    switch (room) {
      case "projects":
        return [findProject(db, id)?.name, text("name")].filter((name) => name !== undefined).join(" to ") || undefined;
      case "services":
        return service(db, id) ?? within(db, text("name"), text("projectId"));
      case "variables":
        return service(db, text("serviceId"));
      case "deployments":
        return service(db, text("serviceId") ?? findDeployment(db, id)?.serviceId);
      case "people":
        return findPerson(db, id)?.name ?? text("name");
      case "jobs":
        return findJobGroup(db, id)?.subject ?? findJob(db, id)?.subject.split(" / ").reverse().join(" in ");
      default:
        // Rooms of later: whatever names a service or a project, else what is called by a name.
        return service(db, text("serviceId")) ?? within(db, undefined, text("projectId")) ?? text("name") ?? (room === "doctor" ? id : undefined);
    }
  })();
  return found?.slice(0, MAX).replace(UNPRINTABLE, "\ufffd") ?? null;
}

function service(db: Db, id: string | undefined): string | undefined {
  const found = id === undefined ? undefined : findService(db, id);
  return found && within(db, found.name, found.projectId);
}

/** "web in shop", or the one of the two that is known. */
function within(db: Db, name: string | undefined, projectId: string | undefined): string | undefined {
  const project = projectId === undefined ? undefined : findProject(db, projectId)?.name;
  return name !== undefined && project !== undefined ? `${name} in ${project}` : (name ?? project);
}
