// A store as years of use leave it, written straight into its tables.
import { v7 as uuid } from "uuid";
import { serviceConfig } from "../../../agent/contract/index.ts";
import { createProject, createRelease, createService, environmentsOf, instanceId, openStore, setHostnames, setIntent, setLiveRelease, transaction, type Db } from "../../../agent/src/store/index.ts";

export type Size = { jobs: number; services: number; environments: number };

const CONFIG = serviceConfig.parse({ source: { type: "image", reference: "nginx:1.29" }, port: 80 });
const STEPS = JSON.stringify(["source", "build", "release", "check", "route", "retire"].map((name) => ({ name, words: name, doing: name, state: "done", detail: `${name} went well`, progress: null, startedAt: 1, endedAt: 2 })));
const DAY = 24 * 3600 * 1000;
/** All of it younger than what retention takes away, so that nothing goes while it is measured. */
const DAYS = 80;
const KEPT_RELEASES = 5;

/** Answers the ids of its services: all are stopped, so that none needs a container. */
export function fillStore(path: string, size: Size): string[] {
  const db = openStore(path);
  instanceId(db);
  const services = transaction(db, () => write(db, size));
  db.exec("PRAGMA wal_checkpoint(TRUNCATE)");
  db.close();
  return services;
}

function write(db: Db, { jobs, services, environments }: Size): string[] {
  const now = Date.now();
  const at = (index: number, of: number) => Math.floor(now - (DAYS * DAY * (of - index)) / of);
  const job = db.prepare(
    `INSERT INTO job (id, kind, subject, projectId, environmentId, serviceId, deploymentId, state, committed, steps, createdAt, queuedAt, startedAt, endedAt)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, 1, ?, ?, ?, ?, ?)`,
  );
  const deployment = db.prepare("INSERT INTO deployment (id, serviceId, jobId, image) VALUES (?, ?, ?, 'nginx:1.29')");
  const audit = db.prepare("INSERT INTO audit (id, at, login, procedure, input, outcome, subject, jobId) VALUES (?, ?, 'root', ?, '{}', 'ok', ?, ?)");

  const begun = at(0, 1) - DAY;
  const places = Array.from({ length: environments }, (_, index) => {
    const projectId = uuid({ msecs: begun + index });
    createProject(db, { id: projectId, name: `Project ${index}` });
    return { projectId, environmentId: environmentsOf(db, projectId)[0]!.id };
  });
  const made = Array.from({ length: services }, (_, index) => ({ ...places[index % environments]!, id: uuid({ msecs: begun + 1000 + index }), name: `service-${index}`, last: [] as string[] }));
  for (const { last: _, ...own } of made) {
    createService(db, { ...own, shape: "web", config: CONFIG });
    setHostnames(db, own.id, [`${own.name}.example.com`]);
    setIntent(db, own.id, "stopped");
  }
  for (let index = 0; index < jobs; index += 1) {
    const of = made[index % services]!;
    const time = at(index, jobs);
    const id = uuid({ msecs: time });
    // One of each service, and every second one after that.
    const deploys = Math.floor(index / services) % 2 === 0;
    const subject = `Project / ${of.name}`;
    job.run(id, deploys ? "deploy" : "stop", subject, of.projectId, of.environmentId, of.id, deploys ? id : null, index % 10 === 9 ? "failed" : "succeeded", STEPS, time, time, time, time + 5000);
    audit.run(uuid({ msecs: time }), time, deploys ? "deployments.start" : "services.stop", subject, id);
    if (!deploys) continue;
    deployment.run(id, of.id, id);
    of.last.push(id);
  }
  for (const { id, last } of made) {
    last.slice(-KEPT_RELEASES).forEach((deploymentId, index, all) => {
      const releaseId = uuid();
      const live = index === all.length - 1;
      const state = live ? "live" : "retired";
      createRelease(db, { id: releaseId, serviceId: id, deploymentId, state, shape: "web", config: CONFIG, variables: null, image: "nginx:1.29", imageId: "sha256:aa", port: 80 });
      if (live) setLiveRelease(db, id, releaseId);
    });
  }
  return made.map(({ id }) => id);
}
