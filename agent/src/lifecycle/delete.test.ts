import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterEach, beforeEach, expect, test } from "vitest";
import { dataPaths } from "../config/paths.ts";
import type { DeployDeps } from "../deploy/deps.ts";
import { silent } from "../docker/pulse.ts";
import type { JobContext } from "../jobs/index.ts";
import { reconcile, type ReconcileDeps } from "../runtime/reconcile.ts";
import { createProject, createService, environmentsOf, findProject, findService, listServices, ofService, setVariable } from "../store/index.ts";
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
