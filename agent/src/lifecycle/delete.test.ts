import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterEach, beforeEach, expect, test } from "vitest";
import { dataPaths } from "../config/paths.ts";
import type { DeployDeps } from "../deploy/deps.ts";
import { silent } from "../docker/pulse.ts";
import { systemClock, type JobContext } from "../jobs/index.ts";
import { reconcile, type ReconcileDeps } from "../runtime/reconcile.ts";
import { createProject, createRelease, createService, createVolume, environmentsOf, everyVolumeIn, findProject, findService, findVolume, listServices, ofService, setLiveRelease, setVariable, updateRelease, updateService, updateVolume } from "../store/index.ts";
import { migrate } from "../store/migrate.ts";
import { removeService } from "./delete.ts";
import { createDeleteWholeJob, removeWhole, type Whole } from "./whole.ts";

const [PROJECT, SERVICE] = ["0198c0de-0000-7000-8000-000000000001", "0198c0de-0000-7000-8000-000000000002"];
const config = { source: { type: "image" as const, reference: "nginx:1" } };

let folder: string;
let deps: ReconcileDeps;
let isSilent: boolean;
let looked: string[];
const engine = async <T>(answer: T): Promise<T> => {
  if (isSilent) throw silent({ words: "list the containers" }, 1);
  return answer;
};

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "aeroplane-delete-"));
  const db = new DatabaseSync(":memory:");
  migrate(db);
  createProject(db, { id: PROJECT, name: "shop" });
  const environmentId = environmentsOf(db, PROJECT)[0]!.id;
  createService(db, { id: SERVICE, projectId: PROJECT, environmentId, name: "web", shape: "web", config: config as never });
  isSilent = true;
  looked = [];
  deps = {
    db,
    instanceId: PROJECT,
    paths: dataPaths(folder),
    docker: { listContainers: () => engine([]), getNetwork: () => ({ remove: () => engine(null) }) },
    caddy: { remove: async () => {}, ensure: async () => {}, sync: async () => {}, current: async () => null },
    names: { sync: async () => {}, admit: async () => {}, forget: async () => {} },
    routing: (act: () => unknown) => act(),
    jobs: { isFree: () => true },
    clock: systemClock,
    changes: { emit: () => {} },
    note: () => {},
    met: () => {},
    look: (id: string) => void looked.push(id),
    lookAtGone: ({ projectId }: Whole) => void looked.push(projectId),
  } as unknown as ReconcileDeps;
});
afterEach(() => rmSync(folder, { recursive: true }));

test("a project whose deletion could not go on is still one that goes, and does when Docker answers", async () => {
  const entry = createDeleteWholeJob(deps as DeployDeps, "project", 60);
  const context = {
    job: { projectId: PROJECT },
    commit: (write: () => void) => write(),
    step: (_: string, act: () => Promise<unknown>) => act(),
    detail: () => {},
    progress: () => {},
  } as unknown as JobContext;
  await entry.run(context);
  await expect(entry.finish(context)).rejects.toMatchObject({ problem: { code: "DOCKER_SILENT" } });
  expect(findProject(deps.db, PROJECT)?.deletedAt).toEqual(expect.any(Number));

  isSilent = false;
  await reconcile(deps, new AbortController().signal);
  expect(looked).toEqual([SERVICE, PROJECT]);
  await removeWhole(deps, { projectId: PROJECT, environmentId: null });
  expect([findProject(deps.db, PROJECT), listServices(deps.db)]).toEqual([undefined, []]);
});

test("names and ports lead nowhere before its containers go, and a packet filter that refuses keeps nothing", async () => {
  isSilent = false;
  const order: string[] = [];
  const names = { ...deps.names, sync: async () => (order.push("names"), Promise.reject(new Error("nft: no"))) };
  const docker = { ...deps.docker, listContainers: async () => (order.push("containers"), []) };
  await removeService({ ...deps, names, docker } as unknown as DeployDeps, SERVICE);
  expect([order.slice(0, 2), findService(deps.db, SERVICE)]).toEqual([["names", "containers"], undefined]);
});

test("who refers to a service hears that it is gone", async () => {
  isSilent = false;
  const api = "0198c0de-0000-7000-8000-000000000003";
  createService(deps.db, { id: api, projectId: PROJECT, environmentId: environmentsOf(deps.db, PROJECT)[0]!.id, name: "api", shape: "web", config: config as never });
  setVariable(deps.db, ofService(api), { name: "URL", sealed: new Uint8Array(), digest: "d", refers: ["web.URL"] });
  const told: string[] = [];
  const changes = { emit: ({ entity, id }: { entity: string; id: string }) => void told.push(`${entity} ${id}`) };
  await removeService({ ...deps, changes } as unknown as DeployDeps, SERVICE);
  expect([findService(deps.db, SERVICE), told]).toEqual([undefined, [`service ${api}`]]);
});

test("of a volume that was in the trash while its service ran on it the days begin when that is gone, under the service's last name", async () => {
  isSilent = false;
  const environmentId = environmentsOf(deps.db, PROJECT)[0]!.id;
  const [mounted, other, release] = ["0198c0de-0000-7000-8000-000000000011", "0198c0de-0000-7000-8000-000000000012", "0198c0de-0000-7000-8000-000000000021"];
  for (const id of [mounted, other]) createVolume(deps.db, { id, environmentId, serviceId: SERVICE, serviceName: "web", name: id, path: `/${id}`, createdAt: 1, state: "trash", madeAt: 1, deletedAt: 2 });
  createRelease(deps.db, { id: release, serviceId: SERVICE, deploymentId: release, shape: "web", config: config as never, variables: null, mounts: [{ volumeId: mounted, path: "/data" }] });
  updateRelease(deps.db, release, { state: "live" });
  setLiveRelease(deps.db, SERVICE, release);
  updateService(deps.db, SERVICE, { name: "shop" });
  const told: string[] = [];
  const changes = { emit: ({ entity, id }: { entity: string; id: string }) => void told.push(`${entity} ${id}`) };
  const docker = { ...deps.docker, getImage: () => ({ remove: async () => {} }) };
  await removeService({ ...deps, docker, changes } as unknown as DeployDeps, SERVICE);
  expect([findVolume(deps.db, mounted)!.deletedAt! > 2, findVolume(deps.db, other)?.deletedAt, told]).toEqual([true, 2, [`volume ${SERVICE}`]]);
  expect([mounted, other].map((id) => findVolume(deps.db, id)!)).toMatchObject([{ serviceId: null, serviceName: "shop" }, { serviceId: null, serviceName: "shop" }]);
});

test("its volumes lie in the trash when a service is gone, and go for good with what is around it", async () => {
  isSilent = false;
  const environmentId = environmentsOf(deps.db, PROJECT)[0]!.id;
  const [kept, going] = ["0198c0de-0000-7000-8000-000000000011", "0198c0de-0000-7000-8000-000000000012"];
  for (const id of [kept, going]) createVolume(deps.db, { id, environmentId, serviceId: SERVICE, serviceName: "web", name: id, path: `/${id}`, createdAt: 1 });
  updateVolume(deps.db, kept, { state: "mounted" });
  await removeService(deps, SERVICE);
  expect(findVolume(deps.db, kept)).toMatchObject({ state: "trash", serviceId: null, deletedAt: expect.any(Number) as number });

  const removed: string[] = [];
  const getVolume = (name: string) => ({
    inspect: async () => ({ Labels: name.endsWith(going) ? {} : { "run.aeroplane.instance": PROJECT, "run.aeroplane.volume": kept } }),
    remove: async () => void removed.push(name),
  });
  await removeWhole({ ...deps, docker: { ...deps.docker, getVolume } } as unknown as DeployDeps, { projectId: PROJECT, environmentId });
  // What does not bear our labels is nobody's to remove, whatever its name is.
  expect([removed.map((name) => name.endsWith(kept)), everyVolumeIn(deps.db, environmentId)]).toEqual([[true], []]);
});
