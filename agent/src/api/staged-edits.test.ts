// What is staged, by whom, and what takes it away.
import { v7 as uuid } from "uuid";
import { expect, test, vi } from "vitest";
import { deleteService, findService, listStaged } from "../store/index.ts";
import { ada, as, deploy, grace, ids, list, make, openStaged, production, refusal, review, rooms, rows, stage, viewer, wanted } from "./staged.fixture.ts";

openStaged();

test("an edit waits and changes nothing; both people see it, and what gives back what is wanted takes it away", async () => {
  const api = await make("api", { URL: "one", KEY: "hidden-1" });
  await ada.variables.change({ environmentId: production, serviceId: api, secret: ["KEY"] });
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
  expect([await wanted(api), (await ada.services.get({ id: api })).stagedCount, (await ada.projects.list({}))[0]?.environments[0]?.stagedCount]).toEqual([{ URL: "one", KEY: "hidden-1" }, 4, 5]);
  // A viewer has names and settings, and no value of a variable.
  expect((await list(viewer)).map(({ name, value }) => [name, value])).toEqual([["SHARED", null], ["replicas", 3], ["KEY", null], ["NEW", null], ["URL", null]]);
  await stage(api, { set: { URL: "one" }, remove: ["NEW"], settings: { replicas: 1 } }, grace);
  expect((await rows()).map(([name]) => name)).toEqual(["SHARED", "KEY"]);
  await stage(api, { set: { KEY: "hidden-1" } });
  expect((await rows()).map(([name]) => name)).toEqual(["SHARED"]);
  const kept = rooms.core.db.prepare("SELECT * FROM staged").all();
  expect(JSON.stringify([kept, await ada.audit.list({})])).not.toMatch(/hidden-|"s"/);
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
  await ada.variables.change({ environmentId: production, serviceId: api, secret: ["OTHER"] });
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
  expect((await ada.variables.list({ environmentId: production, serviceId: api })).map(({ name, kind }) => [name, kind])).toEqual([["LATE", "secret"], ["OPEN", "secret"], ["OTHER", "secret"], ["TOKEN", "secret"]]);
  expect(await wanted(api)).toEqual({ LATE: "plain", OPEN: "was-open", OTHER: "waits", TOKEN: "t2" });
});

test("settings are read as a whole before a row is written, and a field that may be absent is taken out by null", async () => {
  const api = await make("api");
  await stage(api, { settings: { memoryMiB: 64, healthPath: "/ready" } });
  await deploy();
  await stage(api, { settings: { memoryMiB: null, healthPath: null } });
  expect(await rows()).toEqual([["healthPath", "set", null, null, "ada"], ["memoryMiB", "set", null, null, "ada"]]);
  await deploy();
  const { config } = await ada.services.get({ id: api });
  expect([config.healthPath, "memoryMiB" in config]).toEqual([null, false]);
  const worker = await make("worker", {}, { shape: "worker" });
  const site = (await ada.services.create({ environmentId: production, name: "site", shape: "static", config: { source: { type: "git", url: "https://example.com/a/b.git", branch: "main" } } })).id;
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
    const { health, healthPath, imageHealth } = (await ada.services.get({ id })).config;
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
  const { health, healthPath, imageHealth } = (await ada.services.get({ id: api })).config;
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

test("discarded is what stands by these ids, and nothing else", async () => {
  const api = await make("api", { A: "1" });
  await stage(api, { set: { A: "2", B: "b" } });
  const before = await ids();
  await stage(api, { set: { A: "3" } }, grace);
  const left = await ada.staged.discard({ environmentId: production, ids: before });
  expect(left.map(({ name, by }) => [name, by])).toEqual([["A", "grace"]]);
  expect(await ada.staged.discard({ environmentId: production, ids: [...before, left[0]!.id] })).toEqual([]);
  expect(await wanted(api)).toEqual({ A: "1" });
});

test("a rename goes on in what is staged, and its ids stay what was reviewed", async () => {
  const api = await make("api", { URL: "http" });
  const web = await make("web");
  await stage(web, { set: { API: "${{api.URL}}", KEY: "${{api.URL}}" }, secret: ["KEY"] });
  const before = await ids();
  await ada.services.update({ id: api, name: "core" });
  expect([await ids(), (await rows())[0]]).toEqual([before, ["API", "set", "plain", "${{core.URL}}", "ada"]]);
  await deploy(ada, before);
  expect(await wanted(web)).toEqual({ API: "http", KEY: "http" });
});

test("two renames at once leave both names, and windows are told of what is staged", async () => {
  const [api, db, web] = [await make("api", { URL: "http" }), await make("db", { URL: "pg" }), await make("web")];
  await stage(web, { set: { BOTH: "${{api.URL}} ${{db.URL}}" } });
  const emit = vi.spyOn(rooms.core.changes, "emit");
  await Promise.all([ada.services.update({ id: api, name: "core" }), grace.services.update({ id: db, name: "pg" })]);
  expect([(await rows())[0]?.[3], emit.mock.calls.filter(([{ entity }]) => entity === "staged").length]).toEqual(["${{core.URL}} ${{pg.URL}}", 2]);
  await deploy();
  expect(await wanted(web)).toEqual({ BOTH: "http pg" });
});

test("what is wanted at once, and a service that goes, take their rows along", async () => {
  const [api, web] = [await make("api", { A: "1", B: "2" }), await make("web", { A: "1" })];
  await stage(api, { set: { A: "3" }, remove: ["B"], settings: { replicas: 2 } });
  await stage(web, { set: { A: "2" } });
  const before = await ids();
  await grace.variables.change({ environmentId: production, serviceId: api, set: { A: "3" }, remove: ["B"] });
  const { config } = await ada.services.get({ id: api });
  await grace.services.update({ id: api, config: { ...config, replicas: 2 } as never });
  expect(await rows()).toEqual([["A", "set", "plain", "2", "ada"]]);
  expect(await refusal(deploy(ada, before))).toContain("is not what was reviewed: grace set it at once.");
  deleteService(rooms.core.db, web);
  expect([listStaged(rooms.core.db, production), await refusal(deploy(ada, before.slice(-1)))]).toEqual([[], "STAGED_CHANGED: The variable A is not what was reviewed: somebody deleted the service."]);
});

test("windows are told: of the stage, of the service whose count it is, and of nothing where nothing was done", async () => {
  const api = await make("api");
  const next = async (after?: string) => {
    const watched = await grace.changes.watch(after === undefined ? {} : { after });
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
  expect([(await ada.services.deletion({ id: api })).goes.at(-1), (await ada.environments.deletion({ id: production })).goes[1]]).toEqual(["1 staged change", "2 staged changes"]);
});
