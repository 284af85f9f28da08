import { createHash } from "node:crypto";
import { readFileSync, statSync } from "node:fs";
import type { ContractRouterClient } from "@orpc/contract";
import { createRouterClient, safe } from "@orpc/server";
import { v7 as uuid } from "uuid";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { AgentContract, Service } from "../../contract/index.ts";
import { listAudit } from "../audit/index.ts";
import { entryOf } from "../jobs/entry.fixture.ts";
import { claim, type JobContext, type JobEntry } from "../jobs/index.ts";
import { setIntent, setProjectDeleted } from "../store/index.ts";
import { AGENT_VERSION } from "../version.ts";
import { openRooms } from "./rooms.fixture.ts";

let rooms: ReturnType<typeof openRooms>;
beforeEach(() => void (rooms = openRooms()));
afterEach(() => rooms.close());

const client = (key: string | null = null): ContractRouterClient<AgentContract> =>
  createRouterClient(rooms.router, { context: { login: "ada", desktop: "laptop", key } });
const image = { source: { type: "image" as const, reference: "nginx:1" } };
async function webService(over: Partial<Parameters<ReturnType<typeof client>["services"]["create"]>[0]> = {}) {
  const project = await client().projects.create({ name: `shop ${uuid()}` });
  return client().services.create({ environmentId: project.environments[0]!.id, name: "web", shape: "web", config: image, ...over });
}
const codeOf = async (call: Promise<unknown>) => ((await safe(call)).error as { code?: string } | null)?.code;

function storyThat(run: (context: JobContext) => Promise<void>, deleting = Promise.resolve()) {
  const remove = async (context: JobContext) => deleting.then(() => context.commit());
  const steps = () => ["source", "build"].map((name) => ({ name, words: name, doing: name }));
  const claims: JobEntry["claims"] = ({ subject }) => [claim.project(subject, "X")];
  rooms.core.jobs.register([entryOf("deploy", { steps, run }), entryOf("delete-project", { claims, deletes: "project", run: remove })]);
  rooms.core.jobs.start();
}

test("a project is made, renamed and listed", async () => {
  const made = await client().projects.create({ name: " Shop " });
  const renamed = await client().projects.rename({ id: made.id, name: "Store" });
  expect([made.name, renamed.name, await client().projects.list({})]).toEqual(["Shop", "Store", [renamed]]);
});

test("a failure arrives as its code with the whole problem", async () => {
  await client().projects.create({ name: "Shop" });
  const { error, isDefined } = await safe(client().projects.create({ name: "Shop" }));
  expect({ isDefined, ...(error as object) }).toMatchObject({
    isDefined: true,
    code: "NAME_TAKEN",
    data: { code: "NAME_TAKEN", message: "The name Shop is already used by another project.", retry: false },
  });
});

test("an input that the contract refuses names its field", async () => {
  const { error } = await safe(webService({ name: "Not A Name" }));
  expect((error as { data?: unknown }).data).toMatchObject({ code: "INVALID_INPUT", values: { field: "name" } });
});

test("the same key makes one thing and answers the same", async () => {
  const key = uuid();
  const [first, second] = await Promise.all([
    client(key).projects.create({ name: "Shop" }),
    client(key).projects.create({ name: "Shop" }),
  ]);
  const third = await client(key).projects.create({ name: "Shop" });
  expect([second, third, (await client().projects.list({})).length]).toEqual([first, first, 1]);
  expect(await codeOf(client(key).projects.create({ name: "Other" }))).toBe("INVALID_INPUT");
});

test("every mutation leaves a line of audit, without values", async () => {
  const service = await webService({ variables: { TOKEN: "hunter2" } });
  await codeOf(client().services.delete({ id: service.id, confirm: "wrong" }));
  const { rows } = await listAudit(rooms.core.db, { limit: 10 });
  expect(rows.map(({ login, desktop, procedure, problem }) => [login, desktop, procedure, problem?.code ?? "ok"])).toEqual([
    ["ada", "laptop", "services.delete", "CONFIRMATION_MISMATCH"],
    ["ada", "laptop", "services.create", "ok"],
    ["ada", "laptop", "projects.create", "ok"],
  ]);
  expect(JSON.stringify(rows)).not.toContain("hunter2");
});

test("variables are sealed, and shown only on demand", async () => {
  const service = await webService({ variables: { TOKEN: "hunter2-in-the-store" } });
  const listed = await client().variables.change({ environmentId: service.environmentId, serviceId: service.id, set: { OTHER: "ü\n$(id)" }, remove: [] });
  const revealed = await client().variables.reveal({ environmentId: service.environmentId, serviceId: service.id, name: "OTHER" });
  expect({ listed: listed.map(({ name, value }) => [name, value]), revealed: revealed.value }).toEqual({
    listed: [["OTHER", null], ["TOKEN", null]],
    revealed: "ü\n$(id)",
  });
  rooms.core.db.exec("PRAGMA wal_checkpoint(TRUNCATE)");
  expect(readFileSync(rooms.core.paths.store).includes("hunter2-in-the-store")).toBe(false);
  expect([rooms.core.paths.store, rooms.core.paths.key].map((path) => (statSync(path).mode & 0o777).toString(8))).toEqual(["600", "600"]);
});

test("what is kept of a call to know it again tells nobody a value that could be guessed", async () => {
  const { environments } = await client().projects.create({ name: "Shop" });
  const [key, input] = [uuid(), { environmentId: environments[0]!.id, serviceId: null, set: { PIN: "1234" }, remove: [] }];
  await client(key).variables.change(input);
  const row = rooms.core.db.prepare("SELECT * FROM idempotency WHERE key = ?").get(key) as { inputHash: string };
  const plain = ["sha256", "sha1", "md5", "sha512"].map((name) => createHash(name).update(JSON.stringify(input)).digest("hex"));
  expect(plain.some((hash) => hash.includes(row.inputHash) || row.inputHash.includes(hash))).toBe(false);
  // A call that an earlier agent wrote down, repeated over an upgrade, is the same call.
  rooms.core.db.prepare("UPDATE idempotency SET inputHash = ? WHERE key = ?").run(plain[0]!, key);
  expect(await codeOf(client(key).variables.change(input))).toBeUndefined();
  expect(await codeOf(client(key).variables.change({ ...input, set: { PIN: "1235" } }))).toBe("INVALID_INPUT");
});

test("a kind that does not fit its source, and a taken hostname, are refused", async () => {
  await webService({ hostname: "a.example.com" });
  const second = { hostname: "a.example.com" };
  expect([
    await codeOf(webService({ shape: "static" })),
    await codeOf(webService({ shape: "worker", hostname: "b.example.com" })),
    await codeOf(webService(second)),
    await codeOf(client().services.stop({ id: uuid() })),
  ]).toEqual(["INVALID_INPUT", "INVALID_INPUT", "HOSTNAME_TAKEN", "NOT_FOUND"]);
});

test("a deployment is watched from its log to its end", async () => {
  storyThat(async (context) => {
    await context.step("source", async () => context.log("one\ntwo"), { deadlineSeconds: 5 });
    context.commit();
  });
  const service = await webService();
  const started = await client().deployments.start({ serviceId: service.id });
  const lines: string[] = [];
  for await (const batch of await client().deployments.log({ id: started.id })) lines.push(...batch.lines.map((line) => line.text));
  const { state, steps } = await client().deployments.get({ id: started.id });
  expect({ lines, state, first: steps[0]!.state }).toEqual({ lines: ["one", "two"], state: "succeeded", first: "done" });
});

test("a deployment says who asked for it, and whether for the newest or for a commit of before", async () => {
  storyThat(async (context) => context.commit());
  const { id: serviceId } = await webService();
  const commit = "a".repeat(40);
  const [newest, again] = [await client().deployments.start({ serviceId }), await client().deployments.start({ serviceId, commit })];
  const reasons = (await client().deployments.list({ serviceId })).map(({ by, why }) => [by, why]);
  expect([newest.why, again.why, reasons]).toEqual(["asked", "redeploy", [[again.by, "redeploy"], [newest.by, "asked"]]]);
});

test("a log of many chunks is whole, and resumes at its cursor", async () => {
  const count = 20_000;
  storyThat(async (context) => {
    const output = context.output("build");
    for (let line = 0; line < count; line++) output.line(`line ${line}`);
    context.commit();
  });
  const service = await webService();
  const { id } = await client().deployments.start({ serviceId: service.id });
  await rooms.core.jobs.ended(id);
  const first: string[] = [];
  let cursor = "";
  for await (const batch of await client().deployments.log({ id })) {
    first.push(...batch.lines.map((line) => line.text));
    cursor = batch.cursor;
    if (first.length > 5000) break;
  }
  for await (const batch of await client().deployments.log({ id, after: cursor })) first.push(...batch.lines.map((line) => line.text));
  expect(first).toEqual(Array.from({ length: count }, (_, line) => `line ${line}`));
});

const taken = async <T>(iterator: AsyncIterator<T, unknown, void>) => (await iterator.next()).value as T;

test("changes are told from a cursor, and a foreign cursor resets", async () => {
  const iterator = await client().changes.watch({});
  const opened = await taken(iterator);
  const project = await client().projects.create({ name: "Shop" });
  const told = await taken(iterator);
  await iterator.return?.();
  const other = await taken(await client().changes.watch({ after: "0123456789ab.0" }));
  const [made, written] = told.items;
  expect([opened.items, made, written?.entity, other.reset]).toEqual([
    [],
    { entity: "project", id: project.id, projectId: project.id, environmentId: null, serviceId: null },
    "audit",
    true,
  ]);
});

test("deleting a project ends what runs in it", async () => {
  const deleting = Promise.withResolvers<void>();
  const forever = (signal: AbortSignal) => new Promise<void>((_, reject) => signal.addEventListener("abort", () => reject(signal.reason)));
  storyThat((context) => context.step("build", forever, { deadlineSeconds: 60 }), deleting.promise);
  const service: Service = await webService();
  const { id } = await client().deployments.start({ serviceId: service.id });
  const { name } = (await client().projects.list({}))[0]!;
  const { job } = await client().projects.delete({ id: service.projectId, confirm: name });
  const refused = await codeOf(client().deployments.start({ serviceId: service.id }));
  deleting.resolve();
  const ended = [await rooms.core.jobs.ended(id), await rooms.core.jobs.ended(job.id)].map(({ state: reached }) => reached);
  expect([ended, job.kind, refused]).toEqual([["cancelled", "succeeded"], "delete-project", "BUSY"]);
});

test("nothing is added to what still has to go when the job that deletes it has ended", async () => {
  storyThat(async (context) => context.commit());
  const service = await webService();
  setIntent(rooms.core.db, service.id, "deleted");
  const late = [client().deployments.start({ serviceId: service.id }), client().services.update({ id: service.id, name: "api" })];
  expect(await Promise.all(late.map(codeOf))).toEqual(["BUSY", "BUSY"]);
  setProjectDeleted(rooms.core.db, service.projectId);
  expect(await codeOf(client().services.create({ environmentId: service.environmentId, name: "other", shape: "web", config: image }))).toBe("BUSY");
});

test("the version is the package's", () => {
  const manifest = JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8")) as { version: string };
  expect(AGENT_VERSION).toBe(manifest.version);
});
