import type { ContractRouterClient } from "@orpc/contract";
import { createRouterClient, safe } from "@orpc/server";
import { v7 as uuid } from "uuid";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { AgentContract } from "../../contract/index.ts";
import { entryOf } from "../jobs/entry.fixture.ts";
import { claim } from "../jobs/index.ts";
import { createPerson, createRelease, deleteService, findDeployment, findService, jobsBefore, listStaged, setIntent, setLiveRelease, updateRelease } from "../store/index.ts";
import { resolve } from "../variables/index.ts";
import { openRooms } from "./rooms.fixture.ts";

type Client = ContractRouterClient<AgentContract>;
let rooms: ReturnType<typeof openRooms>;
let [ada, grace, viewer]: Client[] = [];
let production = "";
const as = (login: string, key: string | null = null): Client => createRouterClient(rooms.router, { context: { login, desktop: "laptop", key } });
beforeEach(async () => {
  rooms = openRooms();
  [ada, grace] = [as("ada"), as("grace")];
  const personId = uuid();
  createPerson(rooms.core.db, { id: personId, name: "Vera", role: "viewer", publicKey: "ssh-ed25519 x", fingerprint: "SHA256:x" });
  viewer = createRouterClient(rooms.router, { context: { login: "aeroplane", personId, desktop: null, key: null } });
  rooms.core.jobs.register([entryOf("deploy", { claims: ({ subject }) => [claim.process(subject, "X")], run: () => new Promise(() => {}) })]);
  production = (await ada!.projects.create({ name: "shop" })).environments[0]!.id;
});
afterEach(() => {
  vi.restoreAllMocks();
  return rooms.close();
});

type Shape = "web" | "worker";
const make = async (name: string, variables: Record<string, string> = {}, { live = true, port = null as number | null, shape = "web" as Shape } = {}) => {
  const { id } = await ada!.services.create({ environmentId: production, name, shape, config: { source: { type: "image", reference: "nginx:1" }, port }, variables });
  if (live) await serve(id, port);
  return id;
};
async function serve(id: string, port: number | null = null) {
  const { db } = rooms.core;
  const release = uuid();
  const { digest } = await resolve(rooms.core, findService(db, id)!, release);
  createRelease(db, { id: release, serviceId: id, deploymentId: uuid(), shape: "web", config: findService(db, id)!.config as never, variables: null, variablesDigest: digest });
  updateRelease(db, release, { port });
  setLiveRelease(db, id, release);
}
type Edits = Omit<Parameters<Client["staged"]["stage"]>[0], "environmentId" | "serviceId">;
const stage = (serviceId: string | null, edits: Edits, client = ada!) => client.staged.stage({ environmentId: production, serviceId, ...edits });
const list = (client = ada!) => client.staged.list({ environmentId: production });
const rows = async () => (await list()).map(({ name, act, kind, value, by }) => [name, act, kind, value, by]);
const ids = async () => (await list()).map(({ id }) => id);
const review = (only?: string[]) => ada!.staged.review({ environmentId: production, ...(only === undefined ? {} : { ids: only }) });
const deploy = async (client = ada!, only?: string[]) => client.staged.deploy({ environmentId: production, ids: only ?? (await ids()) });
const refusal = async (call: Promise<unknown>) => {
  const { error } = await safe(call);
  const problem = (error as { data?: { code: string; message: string } } | null)?.data;
  return problem ? `${problem.code}: ${problem.message}` : String(error ?? "ok");
};
const wanted = async (serviceId: string) => (await resolve(rooms.core, findService(rooms.core.db, serviceId)!, uuid())).values;

test("an edit waits and changes nothing; both people see it, and what gives back what is wanted takes it away", async () => {
  const api = await make("api", { URL: "one", KEY: "hidden-1" });
  await ada!.variables.change({ environmentId: production, serviceId: api, secret: ["KEY"] });
  await stage(api, { set: { URL: "two", KEY: "hidden-2", NEW: "x" }, settings: { replicas: 3 } });
  await stage(null, { set: { SHARED: "s" } }, grace);
  expect(await rows()).toEqual([
    ["SHARED", "set", "plain", "s", "grace"],
    ["replicas", "set", null, 3, "ada"],
    ["KEY", "set", "secret", null, "ada"],
    ["NEW", "set", "plain", "x", "ada"],
    ["URL", "set", "plain", "two", "ada"],
  ]);
  expect(await list(grace)).toEqual(await list());
  expect([await wanted(api), (await ada!.services.get({ id: api })).stagedCount, (await ada!.projects.list({}))[0]?.environments[0]?.stagedCount]).toEqual([{ URL: "one", KEY: "hidden-1" }, 4, 5]);
  // A viewer has names and settings, and no value of a variable.
  expect((await list(viewer!)).map(({ name, value }) => [name, value])).toEqual([["SHARED", null], ["replicas", 3], ["KEY", null], ["NEW", null], ["URL", null]]);
  await stage(api, { set: { URL: "one" }, remove: ["NEW"], settings: { replicas: 1 } }, grace);
  expect((await rows()).map(([name]) => name)).toEqual(["SHARED", "KEY"]);
  await stage(api, { set: { KEY: "hidden-1" } });
  expect((await rows()).map(([name]) => name)).toEqual(["SHARED"]);
  const kept = rooms.core.db.prepare("SELECT * FROM staged").all();
  expect(JSON.stringify([kept, await ada!.audit.list({})])).not.toMatch(/hidden-|"s"/);
});

test("the same edit again is none; another one has a new id and its author", async () => {
  const api = await make("api", { URL: "one" });
  await stage(api, { set: { URL: "two" }, settings: { port: 80 } });
  const first = await list();
  await stage(api, { set: { URL: "two" }, settings: { port: 80 } }, grace);
  expect(await list()).toEqual(first);
  await stage(api, { set: { URL: "three" } }, grace);
  const [port, url] = await list();
  expect([port, url?.id === first[1]!.id, url?.by]).toEqual([first[0], false, "grace"]);
});

test("the same call again is not done again: it answers what is staged now", async () => {
  const api = await make("api", { URL: "one" });
  const own = as("ada", uuid());
  await stage(api, { set: { URL: "hidden-two" } }, own);
  await stage(api, { set: { URL: "three" } }, grace);
  const again = await stage(api, { set: { URL: "hidden-two" } }, own);
  expect([again, again[0]?.value]).toEqual([await list(), "three"]);
  expect(JSON.stringify(rooms.core.db.prepare("SELECT outcome FROM idempotency").all())).not.toContain("hidden");
  expect(await refusal(stage(api, { set: { URL: "four" } }, own))).toContain("it was already used for another call");
});

test("a secret stays one: staged anew, made one while it waits, and made one without another value", async () => {
  const api = await make("api", { OPEN: "was-open", OTHER: "o" });
  await stage(api, { set: { TOKEN: "t1" }, secret: ["TOKEN", "OPEN", "NOT_THERE"] });
  await stage(api, { set: { TOKEN: "t2", OTHER: "waits" } });
  await ada!.variables.change({ environmentId: production, serviceId: api, secret: ["OTHER"] });
  expect(await rows()).toEqual([
    ["OPEN", "secret", "secret", null, "ada"],
    ["OTHER", "set", "secret", null, "ada"],
    ["TOKEN", "set", "secret", null, "ada"],
  ]);
  await stage(api, { set: { LATE: "plain" } });
  await stage(api, { secret: ["LATE"] });
  expect((await rows())[0]).toEqual(["LATE", "set", "secret", null, "ada"]);
  expect(JSON.stringify((await review()).parts)).not.toMatch(/t2|waits|was-open/);
  await deploy();
  expect((await ada!.variables.list({ environmentId: production, serviceId: api })).map(({ name, kind }) => [name, kind])).toEqual([["LATE", "secret"], ["OPEN", "secret"], ["OTHER", "secret"], ["TOKEN", "secret"]]);
  expect(await wanted(api)).toEqual({ LATE: "plain", OPEN: "was-open", OTHER: "waits", TOKEN: "t2" });
});

test("settings are read as a whole before a row is written, and a field that may be absent is taken out by null", async () => {
  const api = await make("api");
  await stage(api, { settings: { memoryMiB: 64, healthPath: "/ready" } });
  await deploy();
  await stage(api, { settings: { memoryMiB: null, healthPath: null } });
  expect(await rows()).toEqual([["healthPath", "set", null, null, "ada"], ["memoryMiB", "set", null, null, "ada"]]);
  await deploy();
  const { config } = await ada!.services.get({ id: api });
  expect([config.healthPath, "memoryMiB" in config]).toEqual([null, false]);
  const worker = await make("worker", {}, { shape: "worker" });
  const site = (await ada!.services.create({ environmentId: production, name: "site", shape: "static", config: { source: { type: "git", url: "https://example.com/a/b.git", branch: "main" } } })).id;
  expect([
    await refusal(stage(site, { settings: { replicas: 2, drainSeconds: 3 } })),
    await refusal(stage(site, { settings: { source: { type: "image", reference: "nginx" } } })),
    await refusal(stage(worker, { settings: { replicas: 99 } })),
    await refusal(stage(worker, { settings: { unheardOf: 1 } as never })),
    await refusal(stage(null, { settings: { replicas: 2 } })),
  ]).toEqual([
    "INVALID_INPUT: config.replicas was refused: a static site has one instance at most.",
    "INVALID_INPUT: config.source was refused: a static site is made from git, not from image.",
    expect.stringContaining("INVALID_INPUT: settings.replicas was refused"),
    expect.stringContaining("INVALID_INPUT: settings was refused"),
    "INVALID_INPUT: settings was refused: only a service has any.",
  ]);
  expect(await rows()).toEqual([]);
});

test("a health check that goes leaves the path, or the HEALTHCHECK, that windows were told with it", async () => {
  const [api, web] = [await make("api"), await make("web")];
  const check = async (id: string) => {
    await deploy();
    const { health, healthPath, imageHealth } = (await ada!.services.get({ id })).config;
    return [health, healthPath, imageHealth];
  };
  await stage(api, { settings: { health: { by: "http", path: "/ready", statuses: "200", headers: {} } as never } });
  expect((await check(api))[1]).toBe("/ready");
  await stage(api, { settings: { health: null } });
  expect(await rows()).toEqual([["health", "set", null, null, "ada"], ["healthPath", "set", null, "/ready", "ada"]]);
  expect(await check(api)).toEqual([undefined, "/ready", false]);
  await stage(web, { settings: { health: { by: "image" } as never } });
  await deploy();
  await stage(web, { settings: { health: null } });
  expect(await check(web)).toEqual([undefined, null, true]);
  // Taken back as a whole: nothing of it stays.
  await stage(web, { settings: { health: { by: "tcp" } as never, imageHealth: false } });
  await stage(web, { settings: { health: null, imageHealth: true } });
  expect(await rows()).toEqual([]);
  // The path goes with it where that is wanted.
  await stage(api, { settings: { health: { by: "http", path: "/ready", statuses: "200", headers: {} } as never, healthPath: null } });
  await deploy();
  await stage(api, { settings: { health: null, healthPath: null } });
  expect(await check(api)).toEqual([undefined, null, false]);
});

test("the path, or HEALTHCHECK, that is edited alone takes the place of a check that is wanted or staged", async () => {
  const [api, web] = [await make("api"), await make("web")];
  await stage(api, { settings: { health: { by: "http", path: "/old", statuses: "200", headers: {} } as never } });
  await deploy();
  // As it was told, it is no edit.
  await stage(api, { settings: { healthPath: "/old", imageHealth: false } });
  expect(await rows()).toEqual([]);
  await stage(api, { settings: { healthPath: "/ready" } });
  expect(await rows()).toEqual([["health", "set", null, null, "ada"], ["healthPath", "set", null, "/ready", "ada"]]);
  await deploy();
  const { health, healthPath, imageHealth } = (await ada!.services.get({ id: api })).config;
  expect([health, healthPath, imageHealth]).toEqual([undefined, "/ready", false]);
  await stage(web, { settings: { health: { by: "image" } as never } });
  await stage(web, { settings: { healthPath: "/ready" } });
  expect((await rows()).map(([name, , , value]) => [name, value])).toEqual([["healthPath", "/ready"], ["imageHealth", true]]);
  await stage(web, { settings: { healthPath: null, health: { by: "image" } as never } });
  await stage(web, { settings: { imageHealth: false } });
  expect(await rows()).toEqual([]);
});

test("settings that were lost are not written at their defaults by a change of others", async () => {
  const api = await make("api");
  const { db } = rooms.core;
  const raw = JSON.stringify({ ...findService(db, api)!.config, replicas: "many", startCommand: 7 });
  db.prepare("UPDATE service SET config = ? WHERE id = ?").run(raw, api);
  const kept = () => db.prepare("SELECT config FROM service WHERE id = ?").get(api);
  const lost = await refusal(stage(api, { settings: { port: 80, replicas: 1 } }));
  expect([lost, kept()]).toEqual(["SETTINGS_DAMAGED: The settings of api are damaged where they are kept: startCommand.", { config: raw }]);
  // Whoever names them mends them, also with what is shown in their place; a part of that would not.
  await stage(api, { settings: { port: 80, replicas: 1, startCommand: null } });
  const replicas = (await list()).filter(({ name }) => name === "replicas").map(({ id }) => id);
  expect([(await rows()).map(([name]) => name), await refusal(deploy(ada, replicas))]).toEqual([["port", "replicas", "startCommand"], lost]);
  await deploy();
  expect([findService(db, api)?.damage, findService(db, api)?.config.port]).toEqual([null, 80]);
});

test("what refers to nothing, or in a circle, is refused at the edit, with what others have staged", async () => {
  const [api, web] = [await make("api", { A: "a" }), await make("web", { B: "b" })];
  expect([
    await refusal(stage(api, { set: { A: "${{web.NEW}}", Z: "z" } })),
    await refusal(stage(api, { set: { A: "x ${{no reference}}" } })),
    await refusal(stage(api, { set: { A: "x ${{hunter 2}}" }, secret: ["A"] })),
    await refusal(stage(api, { set: { A: "${{shared.WORD}}" } })),
  ]).toEqual([
    "VARIABLE_REFERENCE_UNKNOWN: The variable A of api refers to ${{web.NEW}}, which does not exist.",
    "VARIABLE_REFERENCE_UNKNOWN: The variable A of api refers to ${{no reference}}, which does not exist.",
    "VARIABLE_REFERENCE_UNKNOWN: The variable A of api refers to something, which does not exist.",
    "VARIABLE_REFERENCE_UNKNOWN: The variable A of api refers to ${{shared.WORD}}, which does not exist.",
  ]);
  expect(await rows()).toEqual([]);
  await stage(web, { set: { NEW: "n" } }, grace);
  await stage(null, { set: { WORD: "w" } }, grace);
  await stage(api, { set: { A: "${{web.NEW}} ${{shared.WORD}} ${{self.C}}", C: "c" } });
  expect(await refusal(stage(web, { set: { NEW: "${{api.A}}" } }, grace))).toBe("VARIABLE_REFERENCE_CIRCULAR: Variables of web refer to each other in a circle: web.NEW → api.A → web.NEW.");
  // A part of it alone would leave a reference to nothing.
  const own = (await list()).filter(({ serviceId }) => serviceId === api).map(({ id }) => id);
  const lost = "VARIABLE_REFERENCE_UNKNOWN: The variable A of api refers to ${{shared.WORD}}, which does not exist.";
  expect([(await review(own)).problems.map(({ code, message }) => `${code}: ${message}`), await refusal(deploy(ada, own)), (await review()).problems]).toEqual([[lost], lost, []]);
});

test("a review is true to the value, and what is removed is refused at the deploy where somebody still refers to it", async () => {
  const db = await make("db", { URL: "pg" });
  const api = await make("api", { URL: "${{db.URL}}", KEY: "k" });
  await stage(api, { set: { URL: "${{db.URL}}/api" }, settings: { drainSeconds: 5 } });
  expect((await review()).parts).toMatchObject([
    {
      serviceId: api,
      name: "api",
      rows: [
        { aspect: "setting", name: "drainSeconds", value: 5, wanted: { kind: null, value: 10 } },
        { aspect: "variable", name: "URL", value: "${{db.URL}}/api", wanted: { kind: "plain", value: "${{db.URL}}" } },
      ],
    },
  ]);
  expect((await viewer!.staged.review({ environmentId: production })).parts[0]?.rows[1]).toMatchObject({ value: null, wanted: { value: null } });
  await stage(db, { remove: ["URL"] }, grace);
  const lost = "The variable URL of api refers to ${{db.URL}}, which does not exist.";
  expect([(await review()).problems.map(({ message }) => message), await refusal(deploy())]).toEqual([[lost], `VARIABLE_REFERENCE_UNKNOWN: ${lost}`]);
  expect((await list()).length).toBe(3);
});

test("how many variables there may be is asked of what several people have staged together", async () => {
  const many = (letter: string, count: number) => Object.fromEntries(Array.from({ length: count }, (_, number) => [`${letter}${number}`, "x"]));
  const api = await make("api", many("B", 500));
  await stage(api, { remove: Object.keys(many("B", 100)) }, grace);
  await stage(api, { set: many("A", 100) });
  expect((await review()).problems).toEqual([]);
  await deploy();
  expect((await ada!.variables.list({ environmentId: production, serviceId: api })).length).toBe(500);
});

test("discarded is what stands by these ids, and nothing else", async () => {
  const api = await make("api", { A: "1" });
  await stage(api, { set: { A: "2", B: "b" } });
  const before = await ids();
  await stage(api, { set: { A: "3" } }, grace);
  const left = await ada!.staged.discard({ environmentId: production, ids: before });
  expect(left.map(({ name, by }) => [name, by])).toEqual([["A", "grace"]]);
  expect(await ada!.staged.discard({ environmentId: production, ids: [...before, left[0]!.id] })).toEqual([]);
  expect(await wanted(api)).toEqual({ A: "1" });
});

test("a deploy names what it reviewed: another edit, a discard and another deploy are told with who did it", async () => {
  const api = await make("api", { A: "1" });
  await stage(api, { set: { A: "2" } });
  await stage(null, { set: { WORD: "w" } });
  const reviewed = await ids();
  await stage(api, { set: { A: "3" } }, grace);
  expect(await refusal(deploy(ada, reviewed))).toBe("STAGED_CHANGED: The variable A of api is not what was reviewed: grace changed it.");
  expect([await wanted(api), (await list()).length]).toEqual([{ A: "1" }, 2]);
  const again = await ids();
  await grace!.staged.discard({ environmentId: production, ids: again });
  expect(await refusal(deploy(ada, again))).toBe("STAGED_CHANGED: The variable WORD of the environment is not what was reviewed: grace discarded it.");
  await stage(api, { set: { A: "4" } });
  const twice = await ids();
  await deploy(grace, twice);
  expect(await refusal(deploy(ada, twice))).toBe("STAGED_CHANGED: The variable A of api is not what was reviewed: grace deployed it.");
  expect(await refusal(deploy(ada, [uuid()]))).toBe("STAGED_CHANGED: A staged change is not what was reviewed: somebody changed it.");
});

test("a deploy is one group in the order of references; values are wanted, their history names the authors", async () => {
  const db = await make("db", { URL: "pg://${{shared.PASSWORD}}" }, { live: false });
  await ada!.variables.change({ environmentId: production, serviceId: null, set: { PASSWORD: "p1" } });
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
  expect([await rows(), await wanted(web), (await ada!.services.get({ id: fresh })).config.port]).toEqual([[], { API: "pg://p2", MORE: "m" }, 81]);
  expect((await ada!.variables.history({ environmentId: production, serviceId: web })).map(({ name, act, by }) => [name, act, by])[0]).toEqual(["MORE", "set", "grace"]);
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
  const first = await ada!.deployments.start({ serviceId: api });
  await stage(api, { set: { A: "1" } });
  const { members, idle } = await review();
  expect([members.map(({ name }) => name), idle]).toEqual([["api"], []]);
  const done = await deploy();
  expect([done.jobs.map(({ subject }) => subject), done.idle]).toEqual([["shop / api"], []]);
  // It was taken back: nothing runs, and nothing is begun.
  for (const id of [first.id, done.jobs[0]!.id]) await ada!.deployments.cancel({ id });
  await stage(api, { set: { A: "2" } });
  expect((await review()).idle.map(({ why }) => why)).toEqual(["empty"]);
});

test("services that refer to each other in a circle begin one after the other, and the youngest reference does not count", async () => {
  vi.useFakeTimers({ toFake: ["Date"] });
  try {
    const api = await make("api", { OWN: "1" });
    vi.advanceTimersByTime(1000);
    const web = await make("web", { API: "${{api.OWN}}", OWN: "2" });
    vi.advanceTimersByTime(1000);
    await ada!.variables.change({ environmentId: production, serviceId: api, set: { WEB: "${{web.OWN}}" } });
    await serve(api);
    await stage(api, { set: { OWN: "11" } });
    await stage(web, { set: { OWN: "22" } });
    const { members, broken } = await review();
    expect([members.map(({ name, after }) => [name, after]), broken]).toEqual([[["api", []], ["web", [api]]], [{ serviceId: api, name: "api", afterServiceId: web, afterName: "web", circle: ["api", "web", "api"] }]]);
  } finally {
    vi.useRealTimers();
  }
});

test("who refers to a port that changes is deployed behind it", async () => {
  const api = await make("api", {}, { port: 3000 });
  const web = await make("web", { API: "http://api:${{api.AEROPLANE_PORT}}" });
  await stage(api, { settings: { port: 8080 } });
  expect((await review()).members.map(({ serviceId, after }) => [serviceId, after])).toEqual([[api, []], [web, [api]]]);
  expect((await ada!.services.get({ id: api })).liveRelease?.port).toBe(3000);
});

test("a rename goes on in what is staged, and its ids stay what was reviewed", async () => {
  const api = await make("api", { URL: "http" });
  const web = await make("web");
  await stage(web, { set: { API: "${{api.URL}}", KEY: "${{api.URL}}" }, secret: ["KEY"] });
  const before = await ids();
  await ada!.services.update({ id: api, name: "core" });
  expect([await ids(), (await rows())[0]]).toEqual([before, ["API", "set", "plain", "${{core.URL}}", "ada"]]);
  await deploy(ada, before);
  expect(await wanted(web)).toEqual({ API: "http", KEY: "http" });
});

test("two renames at once leave both names, and windows are told of what is staged", async () => {
  const [api, db, web] = [await make("api", { URL: "http" }), await make("db", { URL: "pg" }), await make("web")];
  await stage(web, { set: { BOTH: "${{api.URL}} ${{db.URL}}" } });
  const emit = vi.spyOn(rooms.core.changes, "emit");
  await Promise.all([ada!.services.update({ id: api, name: "core" }), grace!.services.update({ id: db, name: "pg" })]);
  expect([(await rows())[0]?.[3], emit.mock.calls.filter(([{ entity }]) => entity === "staged").length]).toEqual(["${{core.URL}} ${{pg.URL}}", 2]);
  await deploy();
  expect(await wanted(web)).toEqual({ BOTH: "http pg" });
});

test("what is wanted at once, and a service that goes, take their rows along", async () => {
  const [api, web] = [await make("api", { A: "1", B: "2" }), await make("web", { A: "1" })];
  await stage(api, { set: { A: "3" }, remove: ["B"], settings: { replicas: 2 } });
  await stage(web, { set: { A: "2" } });
  const before = await ids();
  await grace!.variables.change({ environmentId: production, serviceId: api, set: { A: "3" }, remove: ["B"] });
  const { config } = await ada!.services.get({ id: api });
  await grace!.services.update({ id: api, config: { ...config, replicas: 2 } as never });
  expect(await rows()).toEqual([["A", "set", "plain", "2", "ada"]]);
  expect(await refusal(deploy(ada, before))).toContain("is not what was reviewed: grace set it at once.");
  deleteService(rooms.core.db, web);
  expect([listStaged(rooms.core.db, production), await refusal(deploy(ada, before.slice(-1)))]).toEqual([[], "STAGED_CHANGED: The variable A is not what was reviewed: somebody deleted the service."]);
});

test("windows are told: of the stage, of the service whose count it is, and of nothing where nothing was done", async () => {
  const api = await make("api");
  const next = async (after?: string) => {
    const watched = await grace!.changes.watch(after === undefined ? {} : { after });
    const { value } = await watched.next();
    await watched.return?.();
    return value as { cursor: string; items: { entity: string; id: string }[] };
  };
  const { cursor } = await next();
  await stage(api, { set: { A: "1" } });
  const { items } = await next(cursor);
  expect(items.map(({ entity, id }) => [entity, id])).toEqual(expect.arrayContaining([["staged", production], ["environment", production], ["service", api]]));
});

test("what goes with a service or an environment is told with what is staged", async () => {
  const api = await make("api");
  await stage(api, { set: { A: "1" } });
  await stage(null, { set: { B: "2" } });
  expect([(await ada!.services.deletion({ id: api })).goes.at(-1), (await ada!.environments.deletion({ id: production })).goes[1]]).toEqual(["1 staged change", "2 staged changes"]);
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
  await ada!.services.delete({ id: api, confirm: "api" });
  expect([await refusal(stage(api, { set: { B: "1" } })), await refusal(deploy())]).toEqual([expect.stringMatching(/^BUSY/), expect.stringMatching(/^BUSY/)]);
});
