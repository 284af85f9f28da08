// Stores to be upgraded: those of every released schema, and one of today with a release of every shape and source.
import { mkdirSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { v7 as uuid } from "uuid";
import { serviceConfig, shapeNames, shapes, type ServiceConfig, type Source } from "../../../agent/contract/index.ts";
import { giveKey } from "../../../agent/src/secrets/key.fixture.ts";
import { createDeployment, createJob, createProject, createRelease, createService, environmentsOf, instanceId, openStore, setHostnames, setLiveRelease, updateDeployment, updateJob, updateRelease } from "../../../agent/src/store/index.ts";

const fixtures = join(import.meta.dirname, "../../../agent/src/store/fixtures");

export type Row = Record<string, unknown>;
export type Rows = Record<string, Row[]>;

/** Numbers of the schemas that have been released. */
export const released = (): number[] => readdirSync(fixtures).map((name) => Number(/^schema-(\d+)\.sql$/.exec(name)![1])).toSorted((a, b) => a - b);

export async function putFixture(folder: string, schema: number): Promise<void> {
  mkdirSync(folder, { recursive: true });
  const db = new DatabaseSync(join(folder, "store.db"));
  db.exec("PRAGMA journal_mode = WAL");
  db.exec(readFileSync(join(fixtures, `schema-${schema}.sql`), "utf8"));
  db.close();
  await giveKey(folder);
}

const SOURCES: Record<string, Source> = {
  git: { type: "git", url: "https://git.example.test/shop.git", branch: "main", rootDirectory: "" },
  image: { type: "image", reference: "nginx:1.29" },
};

/** Each shape from each of its sources: live, and one that failed beside it. */
export async function putToday(folder: string): Promise<void> {
  mkdirSync(folder, { recursive: true });
  const db = openStore(join(folder, "store.db"));
  instanceId(db);
  const projectId = uuid();
  createProject(db, { id: projectId, name: "Shop" });
  const environmentId = environmentsOf(db, projectId)[0]!.id;
  for (const shape of shapeNames) {
    for (const source of shapes[shape].sources) {
      const [id, name] = [uuid(), `${shape}-${source}`];
      const hostname = shapes[shape].routed ? `${name}.example.test` : null;
      // As a release of last year wrote it: without the fields that came since.
      const config = { source: SOURCES[source]!, ...(shapes[shape].makes === "site" ? { site: { outputDirectory: "dist", buildCommand: null, buildImage: "node:24-slim" } } : {}) } as ServiceConfig;
      createService(db, { id, projectId, environmentId, name, shape, config: serviceConfig.parse(config) });
      setHostnames(db, id, hostname === null ? [] : [hostname]);
      for (const state of ["failed", "live"] as const) {
        const [deploymentId, releaseId] = [uuid(), uuid()];
        createJob(db, { id: deploymentId, kind: "deploy", subject: `Shop / ${name}`, projectId, environmentId, serviceId: id, deploymentId });
        createDeployment(db, { id: deploymentId, serviceId: id, jobId: deploymentId });
        updateJob(db, deploymentId, { state: state === "live" ? "succeeded" : "failed", endedAt: Date.now() });
        createRelease(db, { id: releaseId, serviceId: id, deploymentId, shape, config, variables: null });
        updateRelease(db, releaseId, { state });
        updateDeployment(db, deploymentId, { releaseId });
        if (state === "live") setLiveRelease(db, id, releaseId);
      }
    }
  }
  db.close();
  await giveKey(folder);
}

/** Every row of every table of a store's file. */
export function rowsOf(file: string): Rows {
  const db = new DatabaseSync(file, { readOnly: true });
  try {
    const tables = db.prepare("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name").all().map(({ name }) => String(name));
    return Object.fromEntries(tables.map((table) => [table, db.prepare(`SELECT * FROM "${table}" ORDER BY 1, 2`).all().map((row) => ({ ...row }))]));
  } finally {
    db.close();
  }
}
