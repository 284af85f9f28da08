// Rows, and what is beside them, as only a death at the wrong moment or of the whole machine leaves them: done while no agent runs, mended by the reconcile loop.
import { join } from "node:path";
import { DatabaseSync, type SQLInputValue } from "node:sqlite";
import { v7 as uuid } from "uuid";
import { volumeNameOf } from "../../../agent/src/docker/own-volume.ts";
import { docker } from "../../world/docker.ts";
import type { AgentProcess } from "../agent-process.ts";
import { endHolder, type Repair } from "./repairs.ts";
import type { Subject } from "./shapes.ts";

function write(agent: AgentProcess, sql: string, ...values: SQLInputValue[]): void {
  const db = new DatabaseSync(join(agent.dataDir, "store.db"));
  try {
    if (db.prepare(sql).run(...values).changes === 0) throw new Error(`No row was damaged by ${sql}`);
  } finally {
    db.close();
  }
}

function read(agent: AgentProcess, sql: string): string {
  const db = new DatabaseSync(join(agent.dataDir, "store.db"), { readOnly: true });
  try {
    return String(db.prepare(sql).get()?.found);
  } finally {
    db.close();
  }
}

async function copyRelease(agent: AgentProcess, { service }: Subject, state: "preparing" | "retiring"): Promise<void> {
  const copied = "serviceId, state, config, variables, \"commit\", image, imageId, port, createdAt, shape";
  const values = copied.replace("state", `'${state}'`);
  write(agent, `INSERT INTO release (id, deploymentId, ${copied}) SELECT ?, ?, ${values} FROM release WHERE id = (SELECT liveReleaseId FROM service WHERE id = ?)`, uuid(), uuid(), service.id);
}

const copyOfInstance = (changes: string) => `
  INSERT INTO instance (id, releaseId, ordinal, address, containerId, containerName, state, createdAt)
  SELECT ?, releaseId, ${changes}, createdAt FROM instance WHERE state = 'live' AND releaseId = (SELECT liveReleaseId FROM service WHERE id = ?)`;

/** Marked with all that is in it, and no job that goes on with it. */
const deletionStandsStill = (what: "environment" | "project"): Omit<Repair, "name"> => ({
  mends: "gone",
  needsProcess: false,
  goes: what,
  async damage(agent, { service }) {
    const id = service[`${what}Id`];
    write(agent, `UPDATE ${what} SET deletedAt = 1 WHERE id = ?`, id);
    write(agent, `UPDATE service SET intent = 'deleted' WHERE ${what}Id = ?`, id);
  },
});

export const DAMAGED_ROWS: readonly Repair[] = [
  { name: "Caddy and the holder of its port are gone", mends: "caddy", needsProcess: false, damage: endHolder },
  {
    name: "the deletion of a service stands still",
    mends: "its deletion has not come to its end",
    needsProcess: false,
    goes: "service",
    damage: async (agent, { service }) => write(agent, "UPDATE service SET intent = 'deleted' WHERE id = ?", service.id),
  },
  { name: "the deletion of an environment stands still", ...deletionStandsStill("environment") },
  { name: "the deletion of a project stands still", ...deletionStandsStill("project") },
  { name: "a release is begun by nobody", mends: "a release that nobody finishes", needsProcess: false, damage: (agent, subject) => copyRelease(agent, subject, "preparing") },
  { name: "a release has not retired", mends: "a release too many", needsProcess: false, damage: (agent, subject) => copyRelease(agent, subject, "retiring") },
  {
    name: "an instance beyond those that are wanted",
    mends: "an instance too many",
    needsProcess: true,
    damage: async (agent, { service }) => write(agent, copyOfInstance("ordinal + 1, NULL, NULL, NULL, state"), uuid(), service.id),
  },
  {
    name: "an instance that nobody knows",
    mends: "an instance too few",
    needsProcess: true,
    damage: async (agent, { service }) => write(agent, "UPDATE instance SET state = 'gone' WHERE releaseId = (SELECT liveReleaseId FROM service WHERE id = ?)", service.id),
  },
  {
    name: "a volume that was to be gone for good",
    mends: "trash",
    needsProcess: false,
    async damage(agent, { service }) {
      const id = uuid();
      await docker(["volume", "create", "--label", `run.aeroplane.instance=${agent.instanceId()}`, "--label", `run.aeroplane.volume=${id}`, volumeNameOf(agent.instanceId(), id)]);
      const values = "?, environmentId, NULL, name, ?, '/data', 'going', createdAt";
      write(agent, `INSERT INTO volume (id, environmentId, serviceId, serviceName, name, path, state, createdAt) SELECT ${values} FROM service WHERE id = ?`, id, `gone-${id}`, service.id);
    },
  },
  {
    name: "a private name has no address",
    mends: "addresses",
    needsProcess: true,
    damage: async (agent, { service }) => write(agent, "UPDATE service SET virtualAddress = NULL WHERE id = ?", service.id),
  },
  {
    name: "a container of a service that is no more",
    mends: "strays",
    needsProcess: false,
    async damage(agent, { service }) {
      const job = read(agent, "SELECT id AS found FROM job WHERE endedAt IS NOT NULL ORDER BY id DESC LIMIT 1");
      const labels = Object.entries({ instance: agent.instanceId(), project: service.projectId, service: uuid(), job }).flatMap(([name, value]) => ["--label", `run.aeroplane.${name}=${value}`]);
      await docker(["run", "--detach", ...labels, "--entrypoint", "sleep", "node:24-slim", "600"]);
    },
  },
];
