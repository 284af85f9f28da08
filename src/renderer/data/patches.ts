import type { InfiniteData, QueryClient } from "@tanstack/react-query";
import type { Deployment, Job, Service } from "@aeroplane/agent/contract";
import { keys } from "./queries.ts";

type Pages = InfiniteData<Deployment[], string | undefined>;

/** What a patch left to do: answers that it could not be put into, and whether a service came or went. */
type Left = { old: (readonly unknown[])[]; moved: boolean };

/** Puts services as they are now into every list that shows them; of those `asked` that are gone, nothing is left. */
export function patchServices(queries: QueryClient, serverId: string, asked: ReadonlySet<string>, found: readonly Service[]): Left {
  const old: Left["old"] = [];
  // One that is gone may have been in a list that nobody holds here.
  let moved = found.length < asked.size;
  for (const [key, list] of queries.getQueriesData<Service[]>({ queryKey: keys.allServices(serverId) })) {
    if (!list || !isFresh(queries, key)) {
      old.push(key);
      continue;
    }
    const next = withServices(list, String(key.at(-1)), asked, found);
    moved ||= next.length !== list.length || next.some(({ id }, at) => id !== list[at]!.id);
    queries.setQueryData(key, next);
  }
  const whole = keys.everyService(serverId);
  const every = queries.getQueryData<Service[]>(whole);
  if (every && isFresh(queries, whole)) queries.setQueryData(whole, withServices(every, null, asked, found));
  else if (every) old.push(whole);
  for (const { lastDeployment } of found) if (lastDeployment && !patchDeployment(queries, serverId, lastDeployment)) old.push(keys.deployments(serverId, lastDeployment.serviceId));
  return { old, moved };
}

/** The list of an environment by age, with what was found of it; null: of all. */
export function withServices(list: readonly Service[], environmentId: string | null, asked: ReadonlySet<string>, found: readonly Service[]): Service[] {
  const here = new Map(found.filter((service) => environmentId === null || service.environmentId === environmentId).map((service) => [service.id, service]));
  const kept = list.flatMap((service) => here.get(service.id) ?? (asked.has(service.id) ? [] : service));
  const known = new Set(list.map(({ id }) => id));
  const added = [...here.values()].filter(({ id }) => !known.has(id));
  // Ids begin with the time of their making.
  return added.length === 0 ? kept : [...kept, ...added].toSorted((one, other) => (one.id < other.id ? -1 : 1));
}

/** The newest deployment of a service, in the list of them if there is one; false: the list is old. */
function patchDeployment(queries: QueryClient, serverId: string, deployment: Deployment): boolean {
  const key = keys.deployments(serverId, deployment.serviceId);
  const before = queries.getQueryData<Pages>(key);
  const [first, ...older] = before?.pages ?? [];
  if (queries.getQueryState(key) === undefined) return true;
  if (!before || !first || !isFresh(queries, key)) return false;
  const is = ({ id }: Deployment) => id === deployment.id;
  const put = (page: Deployment[]) => (page.some(is) ? page.map((each) => (is(each) ? deployment : each)) : page);
  const isNew = !before.pages.some((page) => page.some(is)) && deployment.id > (first[0]?.id ?? "");
  queries.setQueryData<Pages>(key, { ...before, pages: isNew ? [[deployment, ...first], ...older] : [put(first), ...older.map(put)] });
  return true;
}

/** Whether the job was put into the list; not: it is not there, or has another place in it now. */
export function patchJob(queries: QueryClient, serverId: string, job: Job): boolean {
  const key = keys.jobs(serverId);
  const list = queries.getQueryData<Job[]>(key);
  const before = list?.find(({ id }) => id === job.id);
  if (!list || !before || (before.endedAt === null) !== (job.endedAt === null) || !isFresh(queries, key)) return false;
  queries.setQueryData<Job[]>(key, list.map((each) => (each.id === job.id ? job : each)));
  return true;
}

/** What is old, or could not be asked, must not pass for new because a part of it is. */
const isFresh = (queries: QueryClient, key: readonly unknown[]) => queries.getQueryState(key)?.isInvalidated === false;
