// What is staged becomes what is wanted, and jobs are begun.
import { v7 as uuid } from "uuid";
import { expect, test, vi } from "vitest";
import { entryOf } from "../jobs/entry.fixture.ts";
import { claim } from "../jobs/index.ts";
import { findDeployment, jobsBefore, setIntent } from "../store/index.ts";
import { ada, as, deploy, grace, ids, list, make, openStaged, production, refusal, review, rooms, rows, serve, stage, wanted } from "./staged.fixture.ts";

openStaged();

test("a deploy names what it reviewed: another edit, a discard and another deploy are told with who did it", async () => {
  const api = await make("api", { A: "1" });
  await stage(api, { set: { A: "2" } });
  await stage(null, { set: { WORD: "w" } });
  const reviewed = await ids();
  await stage(api, { set: { A: "3" } }, grace);
  expect(await refusal(deploy(ada, reviewed))).toBe("STAGED_CHANGED: The variable A of api is not what was reviewed: grace changed it.");
  expect([await wanted(api), (await list()).length]).toEqual([{ A: "1" }, 2]);
  const again = await ids();
  await grace.staged.discard({ environmentId: production, ids: again });
  expect(await refusal(deploy(ada, again))).toBe("STAGED_CHANGED: The variable WORD of the environment is not what was reviewed: grace discarded it.");
  await stage(api, { set: { A: "4" } });
  const twice = await ids();
  await deploy(grace, twice);
  expect(await refusal(deploy(ada, twice))).toBe("STAGED_CHANGED: The variable A of api is not what was reviewed: grace deployed it.");
  expect(await refusal(deploy(ada, [uuid()]))).toBe("STAGED_CHANGED: A staged change is not what was reviewed: somebody changed it.");
});

test("a deploy is one group in the order of references; values are wanted, their history names the authors", async () => {
  const db = await make("db", { URL: "pg://${{shared.PASSWORD}}" }, { live: false });
  await ada.variables.change({ environmentId: production, serviceId: null, set: { PASSWORD: "p1" } });
  await serve(db);
  const [api, idle, fresh] = [await make("api", { DATABASE: "${{db.URL}}" }), await make("idle", { D: "${{db.URL}}" }), await make("fresh", {}, { live: false })];
  const web = await make("web", { API: "${{api.DATABASE}}" });
  await make("stranger", { X: "x" });
  setIntent(rooms.core.db, idle, "stopped");
  await stage(null, { set: { PASSWORD: "p2" } });
  await stage(fresh, { settings: { port: 81 } });
  await stage(web, { set: { MORE: "m" } }, grace);
  const { members, idle: left, broken } = await review();
  expect([members.map(({ name, why, after }) => [name, why, after]), left.map(({ name, why }) => [name, why]), broken]).toEqual([
    [["db", "refers", []], ["api", "refers", [db]], ["web", "rows", [db, api].sort()]],
    [["fresh", "empty"]],
    [],
  ]);
  const key = uuid();
  const asked = { environmentId: production, ids: await ids() };
  const done = await as("ada", key).staged.deploy(asked);
  expect([done.group?.subject, done.jobs.map(({ subject, kind }) => [subject, kind]), done.idle.map(({ name }) => name)]).toEqual(["shop", [["shop / db", "deploy"], ["shop / api", "deploy"], ["shop / web", "deploy"]], ["fresh"]]);
  const [first, second, third] = done.jobs;
  expect([jobsBefore(rooms.core.db, second!.id), jobsBefore(rooms.core.db, third!.id).sort(), done.jobs.map(({ id }) => findDeployment(rooms.core.db, id)?.serviceId)]).toEqual([[first!.id], [first!.id, second!.id].sort(), [db, api, web]]);
  expect([await rows(), await wanted(web), (await ada.services.get({ id: fresh })).config.port]).toEqual([[], { API: "pg://p2", MORE: "m" }, 81]);
  expect((await ada.variables.history({ environmentId: production, serviceId: web })).map(({ name, act, by }) => [name, act, by])[0]).toEqual(["MORE", "set", "grace"]);
  expect(((await as("ada", key).staged.deploy(asked)) as typeof done).group).toEqual(done.group);
});

test("the same call again after its outcome was lost answers what it did, also where nothing had to be begun", async () => {
  const api = await make("api", {}, { live: false });
  await stage(api, { set: { A: "1" } });
  const key = uuid();
  const asked = { environmentId: production, ids: await ids() };
  await as("ada", key).staged.deploy(asked);
  rooms.core.db.exec("UPDATE idempotency SET outcome = NULL");
  expect(await as("ada", key).staged.deploy(asked)).toMatchObject({ group: null, jobs: [], idle: [{ name: "api", why: "empty" }] });
});

test("a service that is on its way to run for the first time is deployed once more, with what is staged", async () => {
  const api = await make("api", {}, { live: false });
  const first = await ada.deployments.start({ serviceId: api });
  await stage(api, { set: { A: "1" } });
  const { members, idle } = await review();
  expect([members.map(({ name }) => name), idle]).toEqual([["api"], []]);
  const done = await deploy();
  expect([done.jobs.map(({ subject }) => subject), done.idle]).toEqual([["shop / api"], []]);
  // It was taken back: nothing runs, and nothing is begun.
  for (const id of [first.id, done.jobs[0]!.id]) await ada.deployments.cancel({ id });
  await stage(api, { set: { A: "2" } });
  expect((await review()).idle.map(({ why }) => why)).toEqual(["empty"]);
});

test("a deploy asks of all its members at once what would go", async () => {
  for (const name of ["api", "web", "docs"]) await stage(await make(name), { set: { A: "1" } });
  const asked: string[] = [];
  const all = Promise.withResolvers<void>();
  vi.spyOn(rooms.runtime, "refuseLoss").mockImplementation(({ name }) => {
    if (asked.push(name) === 3) all.resolve();
    return all.promise;
  });
  expect((await deploy()).jobs.length).toBe(3);
});

test("what is being deleted takes no edits and no deploy", async () => {
  const api = await make("api");
  await stage(api, { set: { A: "1" } });
  rooms.core.jobs.register([entryOf("delete-service", { claims: ({ subject }) => [claim.service(subject, "X")], deletes: "service", run: () => new Promise(() => {}) })]);
  await ada.services.delete({ id: api, confirm: "api" });
  expect([await refusal(stage(api, { set: { B: "1" } })), await refusal(deploy())]).toEqual([expect.stringMatching(/^BUSY/), expect.stringMatching(/^BUSY/)]);
});
