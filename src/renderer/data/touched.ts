import { entryOf, type Change } from "@aeroplane/agent/contract";
import { keys } from "./queries.ts";

type Key = readonly unknown[];
/** What a batch of changes makes old: whole answers, and single entities of lists. */
export type Touched = { answers: Map<string, Key>; services: Set<string>; jobs: Set<string>; /** Deployment → its service. */ deployments: Map<string, string> };
type Note = { answer(key: Key): void; service(id: string): void; job(id: string): void; deployment(id: string, serviceId: string): void };

export const untouched = (): Touched => ({ answers: new Map(), services: new Set(), jobs: new Set(), deployments: new Map() });
export const isUntouched = ({ answers, services, jobs, deployments }: Touched) => answers.size + services.size + jobs.size + deployments.size === 0;

const servicesAt = (serverId: string, { environmentId }: Change) => (environmentId ? keys.services(serverId, environmentId) : keys.allServices(serverId));

/** What a project or an environment is called and counts, and what is in it. */
const place = (serverId: string, change: Change, { answer }: Note) => {
  answer(keys.projects(serverId));
  answer(servicesAt(serverId, change));
  answer(keys.everyService(serverId));
};

/** By the entity that a change names. */
const table: Record<string, (serverId: string, change: Change, note: Note) => void> = {
  project: place,
  environment: place,
  service: (_, { id }, { service }) => service(id),
  deployment: (serverId, change, { answer, service, deployment }) => {
    if (!change.serviceId) return answer(servicesAt(serverId, change));
    service(change.serviceId);
    deployment(change.id, change.serviceId);
  },
  variables: (serverId, change, { answer, service }) => {
    answer(keys.variables(serverId, change.id));
    // Shared ones may be any service's of their environment.
    if (change.serviceId) service(change.serviceId);
    else answer(servicesAt(serverId, change));
  },
  // Who counts them is told as changed, too.
  staged: (serverId, { id }, { answer }) => answer(keys.staged(serverId, id)),
  volume: (serverId, { environmentId, serviceId }, { answer, service }) => {
    if (environmentId) answer(keys.volumes(serverId, environmentId));
    if (serviceId) service(serviceId);
  },
  job: (_, { id }, { job }) => job(id),
  person: (serverId, _, { answer }) => answer(keys.people(serverId)),
  host: (serverId, _, { answer }) => answer(keys.status(serverId)),
  audit: (serverId, _, { answer }) => answer(keys.audit(serverId)),
};

/** Of a newer agent: what it touches is not known, so what a page mostly shows is asked for again. */
const unknown = (serverId: string, change: Change, note: Note) => {
  place(serverId, change, note);
  note.answer(keys.jobs(serverId));
};

export function touch(touched: Touched, serverId: string, change: Change): void {
  const of = entryOf(table, change.entity) ?? unknown;
  of(serverId, change, {
    answer: (key) => touched.answers.set(key.join(), key),
    service: (id) => touched.services.add(id),
    job: (id) => touched.jobs.add(id),
    deployment: (id, serviceId) => touched.deployments.set(id, serviceId),
  });
}
