import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { storageSettings } from "../../contract/index.ts";
import { dataPaths } from "../config/paths.ts";
import { launch } from "../deploy/launch.ts";
import { keptInstances, leavingInstances } from "../deploy/retire.ts";
import { createDeployment, createInstance, createJob, createProject, createRelease, createService, createVolume, environmentsOf, findRelease, findService, keepSettings, listDeployments, listJobs, listServices, mountingServices, openStore, readSettings, run, setLiveRelease, updateInstance, updateRelease, type Db } from "./index.ts";

let db: Db;
const said: string[] = [];
const config = { source: { type: "image" as const, reference: "nginx:1.29" }, port: 80, healthPath: null, healthSeconds: 60, drainSeconds: 10, replicas: 3, startCommand: "serve", imageHealth: false, site: null };

beforeEach(() => {
  db = openStore(":memory:");
  createProject(db, { id: "p", name: "shop" });
  const environmentId = environmentsOf(db, "p")[0]!.id;
  for (const id of ["good", "damaged"]) createService(db, { id, projectId: "p", environmentId, name: id, shape: "web", config });
  createRelease(db, { id: "r", serviceId: "damaged", deploymentId: "j", shape: "web", config, variables: null });
  createJob(db, { id: "j", kind: "deploy", subject: "shop / damaged" });
  createDeployment(db, { id: "j", serviceId: "damaged", jobId: "j" });
  said.length = 0;
  vi.spyOn(process.stderr, "write").mockImplementation((text) => said.push(String(text)) > 0);
});
afterEach(() => {
  vi.restoreAllMocks();
  db.close();
});

test.each([
  ["no JSON", "{", "source", { replicas: 1, startCommand: null, source: { type: "unknown" } }],
  ["no object", "[]", "source", { replicas: 1, source: { type: "unknown" } }],
  ["one field", JSON.stringify({ ...config, replicas: "many" }), "replicas", { replicas: 1, startCommand: "serve", source: config.source }],
  ["its source", JSON.stringify({ ...config, source: { type: "image", reference: "-v" } }), "source", { replicas: 3, startCommand: "serve", source: { type: "image", reference: "-v" } }],
  ["a source of nobody", JSON.stringify({ ...config, source: { type: "tape", reel: 7 } }), "source", { replicas: 3, source: { type: "tape", reel: 7 } }],
])("settings that are damaged (%s) cost themselves, are named and told once", (_what, text, fields, expected) => {
  const unlike = text.endsWith("}") ? `${text.slice(0, -1)}, "unlike": "${_what}"}` : text;
  run(db, "UPDATE service SET config = ? WHERE id = 'damaged'", unlike);
  for (const _ of [1, 2]) {
    const [good, damaged] = listServices(db).toSorted((a, b) => b.id.localeCompare(a.id));
    expect([good!.damage, good!.config]).toEqual([null, config]);
    expect(damaged!.damage).toContain(fields);
    expect(damaged!.config).toMatchObject(expected);
  }
  expect(findRelease(db, "r")).toMatchObject({ damage: null, config });
  expect(said.length).toBeLessThanOrEqual(1);
});

test("a live release whose settings are damaged keeps all of its instances, and gets no new one", async () => {
  for (const [id, ordinal] of [["i1", 1], ["i2", 2]] as const) {
    createInstance(db, { id, releaseId: "r", ordinal, address: `10.0.0.${ordinal}` });
    updateInstance(db, id, { state: "live" });
  }
  setLiveRelease(db, "damaged", "r");
  run(db, "UPDATE release SET config = ? WHERE id = 'r'", JSON.stringify({ ...config, replicas: "two", startCommand: 7 }));
  const [service, release] = [findService(db, "damaged")!, findRelease(db, "r")!];
  expect([keptInstances(db, service).map(({ id }) => id), leavingInstances(db, service)]).toEqual([["i1", "i2"], []]);
  await expect(launch({} as never, { service, release, variables: {}, jobId: "j" }, [3])).rejects.toMatchObject({ problem: { code: "SETTINGS_DAMAGED", values: { fields: "replicas, startCommand" } } });
});

test("a release of which it cannot be read what it has mounted is not made again without, and what it names does not go", async () => {
  const environmentId = environmentsOf(db, "p")[0]!.id;
  createVolume(db, { id: "v", environmentId, serviceId: "damaged", serviceName: "damaged", name: "v", path: "/data", createdAt: 1, state: "trash", madeAt: 1, deletedAt: 2 });
  updateRelease(db, "r", { state: "live" });
  setLiveRelease(db, "damaged", "r");
  run(db, "UPDATE release SET mounts = ? WHERE id = 'r'", `[{"volumeId": "v", "path": 7}]`);
  const [service, release] = [findService(db, "damaged")!, findRelease(db, "r")!];
  expect([release.damage, release.mounts, mountingServices(db, "v").map(({ id }) => id)]).toEqual(["volumes", [], ["damaged"]]);
  await expect(launch({} as never, { service, release, variables: {}, jobId: "j" }, [1])).rejects.toMatchObject({ problem: { code: "SETTINGS_DAMAGED", values: { fields: "volumes" } } });
});

test("what an older release did not write has its default", () => {
  run(db, "UPDATE release SET config = ? WHERE id = 'r'", JSON.stringify({ source: config.source }));
  expect(findRelease(db, "r")).toMatchObject({ damage: null, config: { healthSeconds: 60, drainSeconds: 10, replicas: 1, startCommand: null, imageHealth: false, site: null } });
});

test("a job's columns that are damaged cost themselves", () => {
  run(db, `UPDATE job SET steps = '{', warnings = '[{"code": 1}]', problem = 'x', input = '', checkpoint = '}' WHERE id = 'j'`);
  run(db, `UPDATE deployment SET "commit" = '{"sha": 7}' WHERE id = 'j'`);
  const [job] = listJobs(db);
  const [deployment] = listDeployments(db, "damaged");
  expect({ job, deployment }).toMatchObject({
    job: { steps: [], input: null, checkpoint: null, problem: { code: "RECORD_DAMAGED" }, warnings: [{ code: "RECORD_DAMAGED" }] },
    deployment: { commit: null, problem: { code: "RECORD_DAMAGED" } },
  });
});

test("a store in memory leaves nothing on the disk", () => {
  const folder = mkdtempSync(join(tmpdir(), "memory-store-"));
  const before = process.cwd();
  try {
    process.chdir(folder);
    openStore(":memory:").close();
    expect(readdirSync(folder)).toEqual([]);
  } finally {
    process.chdir(before);
    rmSync(folder, { recursive: true });
  }
});

test.each(["..", "a/b", "", ".", "../../etc", "a\0b"])("no path is made of %j", (id) => {
  const { site, sitesOf, source, logsOf, jobTmp, jobLog } = dataPaths("/data");
  for (const make of [() => site("s", id), () => site(id, "r"), () => sitesOf(id), () => source(id), () => logsOf(id), () => jobTmp(id), () => jobLog(id)]) expect(make).toThrow(/^Not an id/);
});

test("the server's settings that are damaged believe nobody", () => {
  const settings = { trustedProxies: ["10.0.0.0/8"] };
  const none = readSettings(db);
  keepSettings(db, settings);
  const kept = readSettings(db);
  run(db, "UPDATE meta SET value = '{' WHERE key = 'settings'");
  expect([none, kept, readSettings(db)]).toEqual([{ trustedProxies: [] }, settings, { trustedProxies: [] }]);
});

test("budgets that cannot be read cost neither the proxies nor a release", () => {
  const settings = { trustedProxies: ["10.0.0.0/8"], storage: storageSettings.parse({ releases: 9 }) };
  keepSettings(db, settings);
  run(db, "UPDATE meta SET value = json_set(value, '$.storage.releases', 500) WHERE key = 'settings'");
  expect(readSettings(db)).toEqual({ trustedProxies: ["10.0.0.0/8"], storage: storageSettings.parse({ releases: 50 }) });
});
