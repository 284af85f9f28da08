import { QueryClient, QueryObserver } from "@tanstack/react-query";
import { fail as problem, type Change, type Deployment, type Job, type Service } from "@aeroplane/agent/contract";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, onTestFinished, test } from "vitest";
import { keys } from "./queries.ts";
import { createRefresh, type AskAgent } from "./refresh.ts";

const S = "server";
const service = (id: string, fields: Partial<Service> = {}) => ({ id, environmentId: "e1", name: id, state: "live", lastDeployment: null, ...fields }) as Service;
const deployment = (id: string, serviceId: string, state = "running") => ({ id, serviceId, state, steps: [], endedAt: null }) as unknown as Deployment;
const job = (id: string, fields: Partial<Job> = {}) => ({ id, state: "running", endedAt: null, ...fields }) as Job;
const change = (entity: string, id: string, serviceId: string | null = null): Change => ({ entity, id, projectId: null, environmentId: "e1", serviceId });

/** What a window knows, and an agent whose answers take a moment. */
function stage({ services = [] as Service[], jobs = [] as Job[], takes = 20 } = {}) {
  const queries = new QueryClient({ defaultOptions: { queries: { retry: false, staleTime: Number.POSITIVE_INFINITY } } });
  const calls: string[] = [];
  const agent = { services, jobs };
  const fetched: string[] = [];
  const aborted: string[] = [];
  const fail: { with: Error | null; once?: boolean } = { with: null };
  let asking = 0;
  const ask: AskAgent = {
    async services(ids) {
      calls.push(`services ${ids.join(" ")}`);
      const answer = agent.services.filter(({ id }) => ids.includes(id));
      await taken();
      const { with: failure, once } = fail;
      if (once) fail.with = null;
      if (failure) throw failure;
      return answer;
    },
    async job(id) {
      calls.push(`job ${id}`);
      await taken();
      const found = agent.jobs.find((each) => each.id === id);
      if (!found) throw problem("SERVER_OFFLINE", { server: "a" });
      return found;
    },
  };
  async function taken(): Promise<void> {
    asking += 1;
    await sleep(takes);
    asking -= 1;
  }
  /** Until nothing is on its way and nothing more is asked for a while, however slow the machine is. */
  async function settled(): Promise<void> {
    const now = () => [calls.length, fetched.length, aborted.length, asking, queries.isFetching()].join();
    for (let before = ""; before !== now() || asking + queries.isFetching() > 0; await sleep(6 * takes)) before = now();
  }
  /** Shown on a screen, and asked for anew when it is old. */
  function show<T>(key: readonly unknown[], answer: () => T): void {
    const observer = new QueryObserver(queries, {
      queryKey: key,
      async queryFn({ signal }) {
        fetched.push(String(key.at(2)));
        signal.addEventListener("abort", () => aborted.push(String(key.at(2))));
        const now = answer();
        await sleep(takes);
        return now;
      },
    });
    onTestFinished(observer.subscribe(() => {}));
  }
  const ended = new AbortController();
  onTestFinished(() => ended.abort());
  const refresh = createRefresh({ serverId: S, queries, ask, signal: ended.signal, gather: 5, again: 3 * takes });
  const get = <T>(key: readonly unknown[]) => queries.getQueryData<T>(key);
  return { queries, calls, agent, fetched, aborted, fail, show, refresh, get, settled };
}

test("ticks of a build are gathered: one question at a time, no list asked anew, nothing given up", async () => {
  const { calls, agent, fetched, aborted, show, refresh, get, settled } = stage({ services: [service("a"), service("b")], jobs: [job("j")] });
  const list = keys.services(S, "e1");
  show(list, () => agent.services);
  show(keys.jobs(S), () => agent.jobs);
  await settled();
  fetched.length = 0;
  const untouched = get<Service[]>(list)![1];
  const began = performance.now();
  for (let tick = 1; tick <= 30; tick += 1) {
    agent.services = [service("a", { lastDeployment: deployment("d", "a", `tick ${tick}`) }), agent.services[1]!];
    agent.jobs = [job("j", { progress: tick })];
    refresh.changed([change("deployment", "d", "a"), change("job", "j")]);
    await sleep(4);
  }
  const elapsed = performance.now() - began;
  await settled();
  expect(get<Service[]>(list)!.map(({ lastDeployment }) => lastDeployment?.state)).toEqual(["tick 30", undefined]);
  expect(get<Job[]>(keys.jobs(S))).toEqual([job("j", { progress: 30 })]);
  expect(get<Service[]>(list)![1]).toBe(untouched);
  expect([fetched, aborted, new Set(calls)]).toEqual([[], [], new Set(["services a", "job j"])]);
  // A question takes 20 ms, and a machine that is slow ticks slowly too; a timer may come a millisecond early.
  expect(calls.length).toBeLessThanOrEqual(2 * (2 + elapsed / 19));
});

test("a list that is on its way is neither given up nor put over what is newer", async () => {
  const { calls, agent, aborted, show, refresh, get, settled } = stage({ services: [service("a")], takes: 40 });
  show(keys.services(S, "e1"), () => agent.services);
  await sleep(10);
  // The list left before this.
  agent.services = [service("a", { state: "crashed" })];
  refresh.changed([change("service", "a")]);
  await settled();
  expect([get<Service[]>(keys.services(S, "e1"))![0]!.state, calls, aborted]).toEqual(["crashed", ["services a"], []]);
});

test("services come and go, in the environment that they are in alone, and then projects are counted anew", async () => {
  const { agent, fetched, show, refresh, get, settled } = stage({ services: [service("a"), service("c"), service("x", { environmentId: "e2" })] });
  show(keys.projects(S), () => []);
  for (const environment of ["e1", "e2"]) show(keys.services(S, environment), () => agent.services.filter(({ environmentId }) => environmentId === environment));
  await settled();
  fetched.length = 0;
  agent.services = [service("a"), service("b"), service("x", { environmentId: "e2" })];
  refresh.changed([change("service", "b"), change("service", "c")]);
  await settled();
  expect([get<Service[]>(keys.services(S, "e1"))!.map(({ id }) => id), get<Service[]>(keys.services(S, "e2"))!.map(({ id }) => id), fetched]).toEqual([["a", "b"], ["x"], ["projects"]]);
});

test("a new deployment stands first; an older one that changed asks for the list", async () => {
  const { agent, queries, refresh, get, settled } = stage({ services: [service("a", { lastDeployment: deployment("d2", "a") })] });
  const key = keys.deployments(S, "a");
  queries.setQueryData(key, { pages: [[deployment("d1", "a", "succeeded")]], pageParams: [undefined] });
  refresh.changed([change("deployment", "d2", "a")]);
  await settled();
  expect(get<{ pages: Deployment[][] }>(key)!.pages.flat().map(({ id }) => id)).toEqual(["d2", "d1"]);
  agent.services = [service("a", { lastDeployment: deployment("d2", "a", "succeeded") })];
  refresh.changed([change("deployment", "d2", "a")]);
  await settled();
  expect(get<{ pages: Deployment[][] }>(key)!.pages.flat().map(({ state }) => state)).toEqual(["succeeded", "succeeded"]);
  expect(queries.getQueryState(key)!.isInvalidated).toBe(false);
  refresh.changed([change("deployment", "d1", "a")]);
  await settled();
  expect(queries.getQueryState(key)!.isInvalidated).toBe(true);
});

test("a job that ended has another place in the list; one of an entity nobody has heard of asks for what pages show", async () => {
  const { agent, fetched, show, refresh, get, settled } = stage({ jobs: [job("j2"), job("j1", { endedAt: 1 })] });
  show(keys.jobs(S), () => agent.jobs);
  show(keys.projects(S), () => []);
  await settled();
  fetched.length = 0;
  agent.jobs = [job("j2", { endedAt: 2 }), job("j1", { endedAt: 1 })];
  refresh.changed([change("job", "j2")]);
  await settled();
  expect([get<Job[]>(keys.jobs(S))![0]!.endedAt, fetched]).toEqual([2, ["jobs"]]);
  refresh.changed([change("constructor", "?")]);
  await settled();
  expect(fetched.toSorted()).toEqual(["jobs", "jobs", "projects"]);
});

test("an agent that cannot tell single ones is asked for its lists; what failed for a moment is asked again", async () => {
  const { calls, agent, fetched, fail, show, refresh, get, settled } = stage({ services: [service("a")] });
  show(keys.services(S, "e1"), () => agent.services);
  await settled();
  fetched.length = 0;
  fail.with = problem("PROCEDURE_UNKNOWN", { procedure: "services.getMany" });
  agent.services = [service("a", { state: "stopped" })];
  refresh.changed([change("service", "a")]);
  await settled();
  expect([get<Service[]>(keys.services(S, "e1"))![0]!.state, fetched]).toEqual(["stopped", ["services"]]);
  Object.assign(fail, { with: problem("SERVER_OFFLINE", { server: "a" }), once: true });
  agent.services = [service("a", { state: "live" })];
  refresh.changed([change("service", "a")]);
  await expect.poll(() => calls.length).toBe(3);
  await settled();
  expect([get<Service[]>(keys.services(S, "e1"))![0]!.state, calls.length]).toEqual(["live", 3]);
});

test("a list that could not be asked is asked again with the next change", async () => {
  const { agent, fetched, show, refresh, get, settled } = stage({ services: [service("a", { state: "crashed" })] });
  let broken = true;
  show(keys.services(S, "e1"), () => {
    if (broken) throw problem("DISK_FULL", { path: "/var", free: "0 bytes" });
    return agent.services;
  });
  await settled();
  broken = false;
  refresh.changed([change("service", "a")]);
  await settled();
  expect([get<Service[]>(keys.services(S, "e1"))?.[0]?.state, fetched]).toEqual(["crashed", ["services", "services"]]);
});

test("a service that went from an environment nobody looked at is counted no more, by an older agent either", async () => {
  const { fail, fetched, show, refresh, settled } = stage();
  show(keys.projects(S), () => []);
  await settled();
  refresh.changed([change("service", "gone")]);
  await settled();
  fail.with = problem("PROCEDURE_UNKNOWN", { procedure: "services.getMany" });
  refresh.changed([change("service", "gone")]);
  await settled();
  expect(fetched).toEqual(["projects", "projects", "projects"]);
});

test("one that cannot be asked again and again does not stand in the way of the others", async () => {
  const { calls, fail, fetched, show, refresh, settled } = stage({ services: [service("a")] });
  show(keys.services(S, "e1"), () => []);
  await settled();
  fail.with = problem("UNEXPECTED", { what: "a row is damaged" });
  refresh.changed([change("service", "a")]);
  await expect.poll(() => calls.length).toBe(4);
  await settled();
  expect([calls.length, fetched]).toEqual([4, ["services", "services"]]);
});

test("a job that cannot be asked says nothing of services: what failed of them for a moment is asked again", async () => {
  const { calls, fail, fetched, show, refresh, settled } = stage({ services: [service("a")] });
  show(keys.services(S, "e1"), () => []);
  await settled();
  fetched.length = 0;
  refresh.changed([change("job", "none of the agent's")]);
  await expect.poll(() => calls.length).toBe(4);
  await settled();
  Object.assign(fail, { with: problem("SERVER_OFFLINE", { server: "a" }), once: true });
  refresh.changed([change("service", "a")]);
  await expect.poll(() => calls.length).toBe(6);
  await settled();
  expect([calls.filter((call) => call === "services a").length, fetched]).toEqual([2, []]);
});
