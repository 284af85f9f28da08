import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { createAdmission } from "./api/admit.ts";
import { createMeters } from "./api/meters.ts";
import { createRouter } from "./api/router.ts";
import { recordStart, recordStop } from "./audit/index.ts";
import { createCaddy } from "./caddy/index.ts";
import { createCleanupWatch } from "./cleanup/watch.ts";
import { preview } from "./cleanup/plan.ts";
import type { AgentConfig } from "./config/config.ts";
import { openCore, type Opening } from "./core.ts";
import type { DeployDeps } from "./deploy/deps.ts";
import { openDocker } from "./docker/client.ts";
import { createDoctor } from "./host/doctor/lazy.ts";
import { jobKinds } from "./kinds.ts";
import { createEnvironments, wantedNames } from "./network/environments.ts";
import { createPeople, type People } from "./people/people.ts";
import { createPrivateNames } from "./network/names.ts";
import { createSerial } from "./network/serial.ts";
import { answerRaw } from "./raw/http.ts";
import { createRawRoom } from "./raw/room.ts";
import { createRuntime } from "./runtime/index.ts";
import { createSightings } from "./runtime/sightings.ts";
import { createBodies } from "./server/bodies.ts";
import type { Served } from "./server/http.ts";
import { auditEnd } from "./terminals/audit.ts";
import { accountsOf, endKept } from "./sandbox/index.ts";
import { createVolumeRoom } from "./volumes/room.ts";
import { createTerminalRoom } from "./terminals/lazy.ts";
import { jobsInState, readSettings, type Db } from "./store/index.ts";
import { AGENT_VERSION } from "./version.ts";

export type Agent = {
  served: Served;
  db: Db;
  people: People;
  instanceId: string;
  /** Awaited before it is served or started: rejects where the sealing key is not the store's own. */
  proven(): Promise<void>;
  /** Begins to work: jobs of an earlier life, then the queue, then the reconcile loop. */
  start(): void;
  /** A job runs. */
  busy(): boolean;
  /** Removes everything this instance made outside DATA_DIR. */
  purge(): Promise<void>;
  close(): Promise<void>;
};

/** Puts the rooms together; nothing runs until `start`. */
export function openAgent(config: AgentConfig, opening: Opening = {}): Agent {
  const core = openCore(config, opening);
  const { db, instanceId, paths } = core;
  const accounts = accountsOf(instanceId);
  const docker = openDocker(config.dockerSocket);
  const caddy = createCaddy({
    dataDir: config.dataDir,
    bin: config.caddy,
    httpAddress: config.httpAddress,
    httpPort: config.httpPort,
    account: accounts?.caddy ?? null,
    unit: config.caddyUnit,
    trustedProxies: () => readSettings(db).trustedProxies,
  });
  const names = createPrivateNames({ instanceId, hostsDir: paths.hosts, wanted: () => wantedNames(db) });
  const deps: DeployDeps = {
    ...core,
    docker,
    caddy,
    environments: createEnvironments({ db, docker, instanceId }),
    names,
    sightings: createSightings(db),
    routing: createSerial(),
    sandbox: accounts?.sandbox ?? null,
  };
  const runtime = createRuntime(deps, core);
  const terminals = createTerminalRoom({ docker, instanceId, onEnded: auditEnd(db) });
  const people = createPeople(core, terminals.closeOf);
  const doctor = createDoctor({ core, docker, caddy, names });
  const raw = createRawRoom(core);
  const volumes = createVolumeRoom(core, docker);
  const router = createRouter({ core, runtime, people, meters: createMeters(core, docker), terminals, raw, volumes, doctor, caddy, storage: { preview: (reach, signal) => preview(deps, reach, signal) } });
  const cleanup = createCleanupWatch(deps, core);
  core.jobs.register(jobKinds(deps));

  let started = false;
  return {
    served: { router, admit: createAdmission(core), readBody: createBodies(), raw: (caller, request, response) => answerRaw(raw, core, caller, request, response) },
    db,
    people,
    instanceId,
    proven: core.proven,
    start() {
      recordStart(db, AGENT_VERSION);
      started = true;
      core.jobs.start();
      runtime.start();
      cleanup.start();
      volumes.start();
      void raw.sweep().catch((error: unknown) => core.note("left downloads not swept", { error: String(error) }));
      void terminals.sweep().catch((error: unknown) => core.note("left terminals not looked for", { error: String(error) }));
    },
    busy: () => jobsInState(db, "running").length > 0,
    async purge() {
      await endAllKept(paths.jobsTmp);
      await runtime.purge();
      await names.removeTable();
      await caddy.stop();
      await people.purge();
    },
    async close() {
      cleanup.stop();
      volumes.close();
      await terminals.closeAll();
      await runtime.close();
      if (started) recordStop(db, AGENT_VERSION);
      await core.close();
    },
  };
}

/** They go on without an agent, so they would outlive its removal. */
async function endAllKept(scratch: string): Promise<void> {
  for (const job of await readdir(scratch).catch(() => [])) {
    for (const step of await readdir(join(scratch, job)).catch(() => [])) await endKept(join(scratch, job, step));
  }
}
