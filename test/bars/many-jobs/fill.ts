// A store as years of use leave it, written straight into its tables.
import { v7 as uuid } from "uuid";
import { openStore, transaction, type Db } from "../../../agent/src/store/index.ts";

export type Size = { jobs: number; services: number; environments: number };

const CONFIG = JSON.stringify({ source: { type: "image", reference: "nginx:1.29" }, port: 80 });
const STEPS = JSON.stringify(["source", "build", "release", "check", "route", "retire"].map((name) => ({ name, words: name, doing: name, state: "done", detail: `${name} went well`, progress: null, startedAt: 1, endedAt: 2 })));
const DAY = 24 * 3600 * 1000;
/** All of it younger than what retention takes away, so that nothing goes while it is measured. */
const DAYS = 80;
const KEPT_RELEASES = 5;

/** Answers the ids of its services: all are stopped, so that none needs a container. */
export function fillStore(path: string, size: Size): string[] {
  const db = openStore(path);
  const services = transaction(db, () => write(db, size));
  db.exec("PRAGMA wal_checkpoint(TRUNCATE)");
  db.close();
  return services;
}

function write(db: Db, { jobs, services, environments }: Size): string[] {
  const now = Date.now();
  const at = (index: number, of: number) => Math.floor(now - (DAYS * DAY * (of - index)) / of);
  const project = db.prepare("INSERT INTO project (id, name, createdAt) VALUES (?, ?, ?)");
  const environment = db.prepare("INSERT INTO environment (id, projectId, name, createdAt) VALUES (?, ?, 'production', ?)");
  const service = db.prepare(
    `INSERT INTO service (id, projectId, environmentId, name, kind, config, hostname, intent, intentSince, liveReleaseId, liveSince, variablesChangedAt, createdAt)
     VALUES (?, ?, ?, ?, 'image', ?, ?, 'stopped', ?, ?, ?, 1, ?)`,
  );
  const release = db.prepare(
    "INSERT INTO release (id, serviceId, deploymentId, state, config, image, imageId, port, createdAt) VALUES (?, ?, ?, ?, ?, 'nginx:1.29', 'sha256:aa', 80, ?)",
  );
  const job = db.prepare(
    `INSERT INTO job (id, kind, subject, projectId, environmentId, serviceId, deploymentId, state, committed, steps, createdAt, queuedAt, startedAt, endedAt)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, 1, ?, ?, ?, ?, ?)`,
  );
  const deployment = db.prepare("INSERT INTO deployment (id, serviceId, jobId, image) VALUES (?, ?, ?, 'nginx:1.29')");
  const audit = db.prepare("INSERT INTO audit (id, at, login, procedure, input, outcome, subject, jobId) VALUES (?, ?, 'root', ?, '{}', 'ok', ?, ?)");

  const begun = at(0, 1) - DAY;
  const places = Array.from({ length: environments }, (_, index) => {
    const place = { projectId: uuid({ msecs: begun + index }), environmentId: uuid({ msecs: begun + index }) };
    project.run(place.projectId, `Project ${index}`, begun + index);
    environment.run(place.environmentId, place.projectId, begun + index);
    return place;
  });
  const made = Array.from({ length: services }, (_, index) => ({ ...places[index % environments]!, id: uuid({ msecs: begun + 1000 + index }), name: `service-${index}`, last: [] as string[] }));
  for (const { id, projectId, environmentId, name } of made) {
    service.run(id, projectId, environmentId, name, CONFIG, `${name}.example.com`, begun, null, begun, begun);
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
      release.run(releaseId, id, deploymentId, live ? "live" : "retired", CONFIG, now);
      if (live) db.prepare("UPDATE service SET liveReleaseId = ? WHERE id = ?").run(releaseId, id);
    });
  }
  return made.map(({ id }) => id);
}
