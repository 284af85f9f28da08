import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { v7 as uuid } from "uuid";
import { expect, test } from "vitest";
import { dataPaths } from "../config/paths.ts";
import { createJob, openStore } from "../store/index.ts";
import { updateJob } from "../store/index.ts";
import { forgetOldLogs } from "./retention.ts";

test("logs of the latest jobs and of those that run stay", () => {
  const folder = mkdtempSync(join(tmpdir(), "aeroplane-logs-"));
  const paths = dataPaths(folder);
  const db = openStore(":memory:");
  mkdirSync(paths.jobLogs, { recursive: true });
  const ids = Array.from({ length: 103 }, () => uuid());
  for (const id of ids) {
    createJob(db, { id, kind: "stop", subject: "shop / web", projectId: null, serviceId: null, deploymentId: null });
    if (id !== ids[0]) updateJob(db, id, { state: "succeeded", endedAt: 1 });
    writeFileSync(paths.jobLog(id), "");
  }
  writeFileSync(join(paths.jobLogs, `${uuid()}.build.raw`), "");
  forgetOldLogs(db, paths);
  expect(readdirSync(paths.jobLogs).sort()).toEqual([ids[0], ...ids.slice(3)].map((id) => `${id}.log`).sort());
  db.close();
  rmSync(folder, { recursive: true });
});
