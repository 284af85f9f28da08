import type { QueryClient } from "@tanstack/react-query";
import { MOST_SERVICES, type Change, type Job, type Service } from "@aeroplane/agent/contract";
import { rest } from "./follow.ts";
import { patchJob, patchServices } from "./patches.ts";
import { problemOf } from "./problem.ts";
import { keys } from "./queries.ts";
import { isUntouched, touch, untouched, type Touched } from "./touched.ts";

type Key = readonly unknown[];
export type AskAgent = { services: (ids: string[], signal: AbortSignal) => Promise<Service[]>; job: (id: string, signal: AbortSignal) => Promise<Job> };
type Options = { serverId: string; queries: QueryClient; ask: AskAgent; signal: AbortSignal; gather?: number; again?: number };

/** Milliseconds in which changes are gathered: a build announces itself many times a second. */
const GATHER = 120;
/** More jobs at once are asked for as a list. */
const MOST_JOBS = 4;
/** Milliseconds before what could not be asked is asked again, and how often in a row: then the lists are asked, which show what is wrong. */
const AGAIN = { rest: 1000, most: 3 };

/** Keeps what is known of a server fresh by what it says has changed: one question at a time, and no answer on its way is given up for a newer one. */
export function createRefresh({ serverId, queries, ask, signal, gather = GATHER, again = AGAIN.rest }: Options) {
  let waiting = untouched();
  let running = false;
  const renewing = new Set<string>();
  const lists = { services: keys.allServices(serverId), jobs: keys.jobs(serverId), projects: keys.projects(serverId) };
  /** In a row, of each question: what is wrong with one says nothing of the other. */
  const failures = { services: 0, jobs: 0 };

  /** Asked anew after the answer that is on its way: that one may be of before. */
  async function renew(key: Key): Promise<void> {
    if (renewing.has(key.join())) return;
    renewing.add(key.join());
    await idle(queries, key, signal);
    renewing.delete(key.join());
    if (!signal.aborted) void queries.invalidateQueries({ queryKey: key }, { cancelRefetch: false });
  }

  async function askServices({ services, deployments }: Touched): Promise<void> {
    if (services.size === 0) return;
    if (services.size > MOST_SERVICES) return renewAll(deployments);
    // A list that is on its way is from before, and would be put over what is asked now.
    await idle(queries, lists.services, signal);
    const found = await ask.services([...services], signal);
    if (signal.aborted) return;
    const { old, moved } = patchServices(queries, serverId, services, found);
    for (const key of moved ? [...old, lists.projects] : old) void renew(key);
    const newest = new Map(found.map(({ id, lastDeployment }) => [id, lastDeployment?.id]));
    for (const [id, serviceId] of deployments) if (newest.get(serviceId) !== id) void renew(keys.deployments(serverId, serviceId));
  }

  async function askJobs({ jobs }: Touched): Promise<void> {
    if (jobs.size === 0) return;
    if (jobs.size > MOST_JOBS) return void renew(lists.jobs);
    await idle(queries, lists.jobs, signal);
    const found = await Promise.all([...jobs].map((id) => ask.job(id, signal)));
    if (!signal.aborted && found.some((job) => !patchJob(queries, serverId, job))) void renew(lists.jobs);
  }

  /** Services as they were asked for before there were single ones: their lists, what counts them, and what is shown of these deployments. */
  function renewAll(deployments: Touched["deployments"]): void {
    void renew(lists.services);
    void renew(keys.everyService(serverId));
    void renew(lists.projects);
    for (const id of new Set(deployments.values())) void renew(keys.deployments(serverId, id));
  }

  /** What cannot be asked now is asked later; what an older agent cannot answer is asked as a whole. */
  async function orElse(question: keyof typeof failures, act: Promise<void>, whole: () => void, asked: Partial<Touched>): Promise<void> {
    try {
      await act;
      failures[question] = 0;
    } catch (error) {
      if (signal.aborted) return;
      const { code, retry } = problemOf(error);
      failures[question] += 1;
      if (!retry || code === "PROCEDURE_UNKNOWN" || failures[question] > AGAIN.most) return whole();
      for (const id of asked.services ?? []) waiting.services.add(id);
      for (const id of asked.jobs ?? []) waiting.jobs.add(id);
      for (const [id, serviceId] of asked.deployments ?? []) waiting.deployments.set(id, serviceId);
      await rest(again, signal);
    }
  }

  async function run(): Promise<void> {
    running = true;
    await rest(gather, signal);
    while (!isUntouched(waiting) && !signal.aborted) {
      const now = waiting;
      waiting = untouched();
      for (const key of now.answers.values()) void renew(key);
      const { services, deployments, jobs } = now;
      await Promise.all([orElse("services", askServices(now), () => renewAll(deployments), { services, deployments }), orElse("jobs", askJobs(now), () => void renew(lists.jobs), { jobs })]);
      await rest(gather, signal);
    }
    running = false;
  }

  return {
    changed(changes: readonly Change[]): void {
      for (const change of changes) touch(waiting, serverId, change);
      if (!running && !isUntouched(waiting)) void run();
    },
    /** Too much was missed: everything is old. */
    reset: () => void renew(keys.server(serverId)),
  };
}

/** Resolves when no answer to that is on its way. */
function idle(queries: QueryClient, queryKey: Key, signal: AbortSignal): Promise<void> {
  const isIdle = () => signal.aborted || queries.isFetching({ queryKey }) === 0;
  if (isIdle()) return Promise.resolve();
  return new Promise((resolve) => {
    const look = () => {
      if (!isIdle()) return;
      stop();
      signal.removeEventListener("abort", look);
      resolve();
    };
    const stop = queries.getQueryCache().subscribe(look);
    signal.addEventListener("abort", look);
  });
}
