import { createRouterClient, safe } from "@orpc/server";
import type { ContractRouterClient } from "@orpc/contract";
import { v7 as uuid } from "uuid";
import { afterEach, beforeEach, expect, test } from "vitest";
import { serviceConfig, type AgentContract, type Service, type ServiceConfig } from "../../contract/index.ts";
import { beginRelease } from "../deploy/plan.ts";
import type { DeployDeps } from "../deploy/deps.ts";
import { createRollbackJob } from "../deploy/rollback.ts";
import { entryOf } from "../jobs/entry.fixture.ts";
import { claim, type JobContext, type JobEntry } from "../jobs/index.ts";
import { copyRelease, countPinned, createJob, deleteRelease, hasOldReleases, oldReleases, setLiveRelease, takeOldRelease, takeRelease, updateJob, updateRelease } from "../store/index.ts";
import { openRooms } from "./rooms.fixture.ts";

let rooms: ReturnType<typeof openRooms>;
let client: ContractRouterClient<AgentContract>;
let service: Service;
const source = { type: "image" as const, reference: "nginx:1" };

/** Ends the deploy that runs now. */
let end = () => {};
const claims: JobEntry["claims"] = ({ subject }) => [claim.process(subject, "X")];
beforeEach(async () => {
  rooms = openRooms();
  client = createRouterClient(rooms.router, { context: { login: "ada", desktop: "laptop", key: null } });
  const deploy = async (context: JobContext) => {
    await new Promise<void>((resolve) => (end = resolve));
    context.commit();
  };
  // The real entry's claims and what it supersedes; its story needs Docker.
  const { kind, input, supersedes, claims: own } = createRollbackJob({} as DeployDeps);
  rooms.core.jobs.register([
    entryOf("deploy", { claims, run: deploy, supersedes: (older, { subject }) => older.kind === "deploy" && older.serviceId === subject.serviceId }),
    entryOf(kind, { claims: own, input, ...(supersedes ? { supersedes } : {}), run: async (context) => context.commit() }),
  ]);
  rooms.core.jobs.start();
  const { environments } = await client.projects.create({ name: "shop" });
  service = await client.services.create({ environmentId: environments[0]!.id, name: "web", shape: "web", config: { source } });
});
afterEach(() => rooms.close());

const codeOf = async (call: Promise<unknown>) => ((await safe(call)).error as { code?: string } | null)?.code;
const of = () => ({ serviceId: service.id });

/** One that was live, made with the settings and variables of now. */
async function releaseMade(state: "retired" | "live" | "failed" | "preparing" = "retired"): Promise<string> {
  const { db, sealer, completeDigests } = rooms.core;
  const id = uuid();
  const job = { id, serviceId: service.id, deploymentId: id } as JobContext["job"];
  const { release } = await beginRelease({ db, sealer, completeDigests } as unknown as DeployDeps, { job } as JobContext);
  updateRelease(db, release.id, { state });
  if (state === "live") setLiveRelease(db, service.id, release.id);
  return release.id;
}
const change = (config: Partial<ServiceConfig>, set: Record<string, string> = {}, remove: string[] = []) =>
  Promise.all([
    client.services.update({ id: service.id, config: serviceConfig.parse({ source, ...config }) }),
    client.variables.change({ environmentId: service.environmentId, ...of(), set, remove }),
  ]);

test("kept releases are told newest first; one that failed or is being made is none of them", async () => {
  const [first] = [await releaseMade(), await releaseMade("failed")];
  const [live] = [await releaseMade("live"), await releaseMade("preparing")];
  const told = (await client.deployments.releases(of())).map(({ id, live: serves, pinnedAt, fromReleaseId }) => [id, serves, pinnedAt, fromReleaseId]);
  expect(told).toEqual([[live, true, null, null], [first, false, null, null]]);
});

test("a rollback is a deployment that says what it goes back to, of releases that are kept alone", async () => {
  const [kept, failed] = [await releaseMade(), await releaseMade("failed")];
  updateRelease(rooms.core.db, kept, { image: "nginx:1", commit: { sha: "a".repeat(40), message: "First", author: "Ada" } });
  const begun = await client.deployments.rollback({ ...of(), releaseId: kept });
  expect([begun.why, begun.by, begun.fromReleaseId, begun.image, begun.commit?.message]).toEqual(["rollback", "ada", kept, "nginx:1", "First"]);
  const refused = [failed, uuid()].map((releaseId) => codeOf(client.deployments.rollback({ ...of(), releaseId })));
  expect(await Promise.all(refused)).toEqual(["RELEASE_NOT_KEPT", "RELEASE_NOT_KEPT"]);
  const other = await client.services.create({ environmentId: service.environmentId, name: "other", shape: "web", config: { source } });
  expect(await codeOf(client.deployments.rollback({ serviceId: other.id, releaseId: kept }))).toBe("RELEASE_NOT_KEPT");
});

test("no deploy and no other rollback takes a rollback that waits out of the line", async () => {
  const releaseId = await releaseMade();
  const running = await client.deployments.start(of());
  const first = await client.deployments.rollback({ ...of(), releaseId });
  const dropped = await client.deployments.start(of());
  const second = await client.deployments.rollback({ ...of(), releaseId });
  const last = await client.deployments.start(of());
  for (const { id } of [running, first, second]) {
    end();
    await rooms.core.jobs.ended(id);
  }
  await rooms.core.jobs.ended(dropped.id);
  end();
  await rooms.core.jobs.ended(last.id);
  const states = (await client.deployments.list(of())).map(({ why, state }) => `${why} ${state}`);
  expect(states).toEqual(["asked succeeded", "rollback succeeded", "asked cancelled", "rollback succeeded", "asked succeeded"]);
});

test("what is pinned, and what a rollback goes back to, is none of those that go", async () => {
  const { db } = rooms.core;
  const made: string[] = [];
  for (let number = 0; number < 5; number++) made.push(await releaseMade());
  const [oldest, second, third] = made as [string, string, string];
  const old = () => oldReleases(db, service.id, 2).map(({ id }) => id);
  expect(old()).toEqual([third, second, oldest]);
  await client.deployments.pin({ ...of(), releaseId: oldest });
  const running = await client.deployments.start(of());
  const { id } = await client.deployments.rollback({ ...of(), releaseId: second });
  expect([old(), hasOldReleases(db, service.id, 2), hasOldReleases(db, service.id, 3)]).toEqual([[third], true, false]);
  end();
  await Promise.all([running.id, id].map((job) => rooms.core.jobs.ended(job)));
  expect(old()).toEqual([third, second]);
  await client.deployments.unpin({ ...of(), releaseId: oldest });
  expect(old()).toEqual([third, second, oldest]);
});

test("a release in which a command is to run does not go before that has ended", async () => {
  const { db } = rooms.core;
  const [oldest, newest] = [await releaseMade(), await releaseMade()];
  const id = uuid();
  createJob(db, { id, kind: "run-once", subject: "shop / web", ...of(), input: { command: "true", releaseId: oldest, seconds: 1 } });
  expect([oldReleases(db, service.id, 0).map((one) => one.id), takeRelease(db, oldest)]).toEqual([[newest], undefined]);
  updateJob(db, id, { endedAt: 1 });
  expect([oldReleases(db, service.id, 0).map((one) => one.id), takeRelease(db, oldest)?.id]).toEqual([[newest, oldest], oldest]);
});

test("however often one goes back to a release, its copies take the room of one", async () => {
  const { db } = rooms.core;
  const made: string[] = [];
  for (let number = 0; number < 4; number++) made.push(await releaseMade());
  const [oldest, second, third, newest] = made as [string, string, string, string];
  const back = (from: string, state: "retired" | "live") => {
    const id = uuid();
    copyRelease(db, { id: from }, { id, deploymentId: id, image: null, mounts: [] });
    updateRelease(db, id, { state });
    return id;
  };
  const [first, middle, last] = [back(oldest, "retired"), back(oldest, "retired"), back(oldest, "retired")];
  const old = (kept: number) => oldReleases(db, service.id, kept).map(({ id }) => id);
  // By the last of them it is the newest: of it stay the one that was made first and what served before.
  expect([old(4), old(2), old(1)]).toEqual([[middle, first], [middle, first, third, second], [middle, first, newest, third, second]]);
  expect([hasOldReleases(db, service.id, 4), last]).toEqual([true, old(0)[0]]);
  for (const id of [first, middle]) deleteRelease(db, id);
  expect(hasOldReleases(db, service.id, 4)).toBe(false);
  // Beside a copy that is live they are no release more.
  back(last, "live");
  expect([old(3), old(2)]).toEqual([[], [second]]);
});

test("what is going is not kept: nobody pins it or goes back to it, and it goes on going after a crash", async () => {
  const { db } = rooms.core;
  const [oldest, second, third] = [await releaseMade(), await releaseMade(), await releaseMade()];
  await client.deployments.pin({ ...of(), releaseId: second });
  expect([takeOldRelease(db, service.id, 1)?.id, takeOldRelease(db, service.id, 1)?.id, takeOldRelease(db, service.id, 9)?.id, hasOldReleases(db, service.id, 9)]).toEqual([oldest, oldest, oldest, true]);
  const refused = [client.deployments.pin({ ...of(), releaseId: oldest }), client.deployments.rollback({ ...of(), releaseId: oldest })].map(codeOf);
  expect([await Promise.all(refused), (await client.deployments.releases(of())).map(({ id }) => id)]).toEqual([["RELEASE_NOT_KEPT", "RELEASE_NOT_KEPT"], [third, second]]);
  deleteRelease(db, oldest);
  expect([takeOldRelease(db, service.id, 1), hasOldReleases(db, service.id, 1)]).toEqual([undefined, false]);
});

test("twenty are pinned at most, one of them twice is one", async () => {
  const made: string[] = [];
  for (let number = 0; number < 21; number++) made.push(await releaseMade());
  for (const releaseId of made.slice(0, 20)) await client.deployments.pin({ ...of(), releaseId });
  const again = await client.deployments.pin({ ...of(), releaseId: made[0]! });
  const { error } = await safe(client.deployments.pin({ ...of(), releaseId: made[20]! }));
  expect([again.pinnedAt !== null, (error as { data?: { code: string } }).data?.code, (error as Error).message]).toEqual([true, "RELEASES_PINNED_TOO_MANY", "web has 20 pinned releases, as many as a service can have."]);
  await client.deployments.unpin({ ...of(), releaseId: made[0]! });
  expect((await client.deployments.pin({ ...of(), releaseId: made[20]! })).pinnedAt).not.toBeNull();
  expect(countPinned(rooms.core.db, service.id)).toBe(20);
});

test("two releases are compared by settings, and by variables without their values", async () => {
  await change({ port: 3000 }, { STAYS: "same", OWN: "${{ self.AEROPLANE_RELEASE_ID }}", SECRET: "before-and-hidden", GOES: "gone-and-hidden" });
  const from = await releaseMade();
  await change({ port: 4000, healthPath: "/health", source: { type: "image", reference: "nginx:2" } }, { SECRET: "after-and-hidden", COMES: "new-and-hidden" }, ["GOES"]);
  const to = await releaseMade("live");
  const { settings, variables, ...ends } = await client.deployments.compare({ ...of(), from, to });
  expect([settings, variables, ends.from.id, ends.to.live]).toEqual([
    [
      { name: "healthPath", from: null, to: "/health" },
      { name: "port", from: 3000, to: 4000 },
      { name: "source.reference", from: "nginx:1", to: "nginx:2" },
    ],
    [
      { name: "COMES", change: "added" },
      { name: "GOES", change: "removed" },
      { name: "SECRET", change: "changed" },
    ],
    from,
    true,
  ]);
  expect(JSON.stringify([settings, variables, ends])).not.toContain("hidden");
  const same = await client.deployments.compare({ ...of(), from: to, to });
  expect([same.settings, same.variables]).toEqual([[], []]);
  expect(await codeOf(client.deployments.compare({ ...of(), from, to: uuid() }))).toBe("RELEASE_NOT_KEPT");
});
