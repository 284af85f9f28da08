import { environmentsOf, findDeployment, findEnvironment, findJob, findJobGroup, findPerson, findProject, findService, findVolume, type Db } from "../store/index.ts";

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
      case "environments":
        return [environment(db, id), text("name")].filter((name) => name !== undefined).join(" to ") || undefined;
      case "services":
        return service(db, id) ?? within(db, text("name"), text("environmentId"));
      case "variables":
        return service(db, text("serviceId")) ?? environment(db, text("environmentId"));
      case "volumes":
        return [volume(db, id), text("name")].filter((name) => name !== undefined).join(" to ") || undefined;
      case "deployments":
        return service(db, text("serviceId") ?? findDeployment(db, id)?.serviceId);
      case "people":
        return findPerson(db, id)?.name ?? text("name");
      case "runs":
        return service(db, text("serviceId") ?? findJob(db, id)?.serviceId ?? undefined);
      case "jobs":
        return findJobGroup(db, id)?.subject ?? findJob(db, id)?.subject.split(" / ").reverse().join(" in ");
      default:
        // Rooms of later: whatever names a service or a project, else what is called by a name.
        return service(db, text("serviceId")) ?? environment(db, text("environmentId")) ?? projectName(db, text("projectId")) ?? text("name") ?? (room === "doctor" ? id : undefined);
    }
  })();
  return found?.slice(0, MAX).replace(UNPRINTABLE, "\ufffd") ?? null;
}

function service(db: Db, id: string | undefined): string | undefined {
  const found = id === undefined ? undefined : findService(db, id);
  return found && within(db, found.name, found.environmentId);
}

function volume(db: Db, id: string): string | undefined {
  const found = findVolume(db, id);
  return found && within(db, found.name, found.environmentId);
}

/** "staging of shop". */
function environment(db: Db, id: string | undefined): string | undefined {
  const found = id === undefined ? undefined : findEnvironment(db, id);
  return found && `${found.name} of ${projectName(db, found.projectId)}`;
}
const projectName = (db: Db, id: string | undefined) => (id === undefined ? undefined : findProject(db, id)?.name);

/** "web in shop", where that has several environments "web in staging of shop", or the one of the two that is known. */
function within(db: Db, name: string | undefined, environmentId: string | undefined): string | undefined {
  const projectId = environmentId === undefined ? undefined : findEnvironment(db, environmentId)?.projectId;
  const place = projectId !== undefined && environmentsOf(db, projectId).length > 1 ? environment(db, environmentId) : projectName(db, projectId);
  return name !== undefined && place !== undefined ? `${name} in ${place}` : (name ?? place);
}
