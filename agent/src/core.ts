import { chmodSync, closeSync, existsSync, mkdirSync, openSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { createChanges, placeOf, type Changes } from "./changes/changes.ts";
import type { AgentConfig } from "./config/config.ts";
import { dataPaths, type DataPaths } from "./config/paths.ts";
import { createRunner, systemClock, type Clock, type Runner } from "./jobs/index.ts";
import { note } from "./log/note.ts";
import { takeKey } from "./secrets/custody.ts";
import { createSealer, type Sealer } from "./secrets/sealer.ts";
import { takeLock } from "./server/lock.ts";
import { createCompletion } from "./variables/index.ts";
import { findJob, findService, instanceId as readInstanceId, instanceTag, onServiceWritten, openStore, openTrialStore, refuseLostStore, removeNext, type Db } from "./store/index.ts";

/** What every room of the agent may stand on. */
export type Core = {
  config: AgentConfig;
  paths: DataPaths;
  db: Db;
  instanceId: string;
  /** Eight hex digits of it, for names. */
  tag: string;
  sealer: Sealer;
  /** Awaited before variables are compared: what is from before there were digests gets them. */
  completeDigests(): Promise<void>;
  /** Rejects where the sealing key is not the store's own and only opening a value can tell; awaited before anything is served. */
  proven(): Promise<void>;
  changes: Changes;
  jobs: Runner;
  /** The one time that jobs and schedules are told. */
  clock: Clock;
  /** On trial: it serves from a migrated copy, changes nothing and runs nothing. */
  trial: boolean;
  /** The agent's own log: one JSON line on stderr. */
  note(event: string, data?: Record<string, unknown>): void;
};

export type Opening = {
  trial?: boolean;
  /** Everything goes: whether there is a key makes no difference. */
  purging?: boolean;
  clock?: Clock;
};

/** Takes DATA_DIR for this process and opens what is in it; nothing runs yet. Refuses where the sealing key is not there. */
export function openCore(
  config: AgentConfig,
  { trial = false, purging = false, clock = systemClock }: Opening = {},
): Core & { close(): Promise<void> } {
  const paths = dataPaths(config.dataDir);
  // Others may pass through (Caddy reads routes and sites), nobody may list; the private parts are closed themselves.
  mkdirSync(config.dataDir, { recursive: true });
  chmodSync(config.dataDir, 0o711);
  for (const folder of [paths.jobLogs, paths.serviceLogs]) mkdirSync(folder, { recursive: true, mode: 0o700 });
  mkdirSync(paths.tmp, { recursive: true, mode: 0o711 });
  closeSync(openSync(paths.lock, "a", 0o600));
  const unlock = takeLock(paths.lock);
  if (!unlock) throw new Error(`Another agent already serves ${config.dataDir}`);
  // What a trial that was killed left behind.
  if (!trial) {
    removeNext(paths.store);
    rmSync(paths.trial, { force: true });
  }
  if (!purging) openOr(unlock, () => refuseLostStore(paths));
  const db = openOr(unlock, () => (trial ? openTrialStore(paths.store) : openStore(paths.store)));
  const closeStore = () => {
    db.close();
    if (trial) removeNext(paths.store);
    unlock();
  };
  const custody = openOr(closeStore, () => (purging ? null : takeKey({ db, path: paths.key, trial })));
  const instanceId = readInstanceId(db);
  const changes = createChanges();
  onServiceWritten(db, (id) => {
    const service = findService(db, id);
    if (service !== undefined) changes.emit({ entity: "service", id, ...placeOf(service) });
  });
  const jobs = createRunner({ db, paths, changes, clock });
  if (!trial) removeScratch(db, paths);
  const sealer = createSealer(custody?.key ?? null);
  return {
    config,
    paths,
    db,
    instanceId,
    tag: instanceTag(instanceId),
    sealer,
    completeDigests: createCompletion({ db, sealer, trial }),
    proven: async () => await custody?.proven(),
    changes,
    jobs,
    clock,
    trial,
    note,
    async close() {
      await jobs.close();
      closeStore();
    },
  };
}

function openOr<T>(undo: () => void, open: () => T): T {
  try {
    return open();
  } catch (error) {
    undo();
    throw error;
  }
}

/** Scratch files of jobs that have ended; one that has not keeps its own, since a build may have gone on in it. */
function removeScratch(db: Db, paths: DataPaths): void {
  const folder = paths.jobsTmp;
  if (!existsSync(folder)) return;
  for (const id of readdirSync(folder)) {
    if (findJob(db, id)?.endedAt !== null) rmSync(join(folder, id), { recursive: true, force: true });
  }
}
