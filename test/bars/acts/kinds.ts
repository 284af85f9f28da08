// Every kind of job that the agent knows, each with what must be there before and the call that begins it.
import { randomUUID } from "node:crypto";
import { setTimeout as pause } from "node:timers/promises";
import type { DeployDeps } from "../../../agent/src/deploy/deps.ts";
import { jobKinds } from "../../../agent/src/kinds.ts";
import type { AgentProcess } from "../agent-process.ts";
import type { Client, Shape, Subject } from "./shapes.ts";

export type ActKind = {
  kind: string;
  /** Of the story. */
  name: string;
  /** What the service is before: one that stays may be used again. */
  before: "live" | "stopped" | "live, to be deleted";
  /** Of what has a container. */
  needsProcess?: true;
  begin(client: Client, subject: Subject): Promise<string>;
};

const job = ({ job: { id } }: { job: { id: string } }) => id;

const ACTS: Record<string, Omit<ActKind, "kind" | "name">> = {
  deploy: { before: "live", begin: async (client, { service }) => (await client.deployments.start({ serviceId: service.id })).id },
  rollback: {
    before: "live",
    async begin(client, { service }) {
      const releases = await client.deployments.releases({ serviceId: service.id });
      // One that was replaced, where there is one; else what serves comes once more.
      const { id: releaseId } = releases.find(({ live }) => !live) ?? releases[0]!;
      return (await client.deployments.rollback({ serviceId: service.id, releaseId })).id;
    },
  },
  stop: { before: "live", begin: async (client, { service }) => job(await client.services.stop({ id: service.id })) },
  start: { before: "stopped", begin: async (client, { service }) => job(await client.services.start({ id: service.id })) },
  restart: { before: "live", begin: async (client, { service }) => job(await client.services.restart({ id: service.id })) },
  "run-once": { before: "live", needsProcess: true, begin: async (client, { service }) => job(await client.runs.start({ serviceId: service.id, command: "node --version" })) },
  "delete-service": { before: "live, to be deleted", begin: async (client, { service }) => job(await client.services.delete({ id: service.id, confirm: service.name })) },
  "delete-environment": {
    before: "live, to be deleted",
    async begin(client, { service }) {
      const { name } = (await client.environments.list({ projectId: service.projectId })).find(({ id }) => id === service.environmentId)!;
      return job(await client.environments.delete({ id: service.environmentId, confirm: name }));
    },
  },
  cleanup: {
    before: "live",
    async begin(client, { service }) {
      const { parts } = await client.instance.cleanupPreview({ reach: "all" });
      const items = parts.flatMap(({ part, items: found }) => found.filter(({ serviceId }) => serviceId === service.id).map(({ id }) => ({ part, id })));
      // Where it has nothing that may go, one thing that is gone already.
      return job(await client.instance.cleanup({ items: items.length > 0 ? items : [{ part: "leftovers", id: "tmp/nothing" }] }));
    },
  },
  "copy-volume": {
    before: "live",
    async begin(client, { service: { environmentId } }) {
      const { id, serviceId } = await mountedVolume(client, environmentId);
      return job(await client.volumes.copy({ id, name: `c${randomUUID().slice(-12)}`, serviceId, path: `/c${randomUUID().slice(-12)}` }));
    },
  },
  "empty-trash": {
    before: "live",
    async begin(client, { service: { environmentId } }) {
      const id = await trashedVolume(client, environmentId);
      const { name } = (await client.volumes.list({ environmentId })).find((volume) => volume.id === id)!;
      return job(await client.volumes.empty({ id, confirm: name }));
    },
  },
  "delete-project": {
    before: "live, to be deleted",
    async begin(client, { service }) {
      const { name } = (await client.projects.list({})).find(({ id }) => id === service.projectId)!;
      return job(await client.projects.delete({ id: service.projectId, confirm: name }));
    },
  },
};

/** Of a worker beside the service, which is deployed with it once. */
async function mountedVolume(client: Client, environmentId: string): Promise<{ id: string; serviceId: string }> {
  const known = (await client.volumes.list({ environmentId })).find(({ state, serviceId }) => state === "mounted" && serviceId !== null);
  if (known !== undefined) return { id: known.id, serviceId: known.serviceId! };
  const name = `m${randomUUID().slice(-12)}`;
  const { id: serviceId } = await client.services.create({ environmentId, name, shape: "worker", config: { source: { type: "image", reference: "node:24-slim" }, startCommand: "node -e 'setInterval(() => {}, 9999)'" } });
  const rows = await client.staged.stage({ environmentId, serviceId, volumes: [{ path: "/data" }] });
  await client.staged.deploy({ environmentId, ids: rows.map(({ id }) => id) });
  for (let ended = (await client.deployments.start({ serviceId })).endedAt; ended === null; ) {
    await pause(100);
    ended = (await client.deployments.list({ serviceId }))[0]!.endedAt;
  }
  return mountedVolume(client, environmentId);
}

/** Of a service that was never deployed, so that no other job has to run for it. */
async function trashedVolume(client: Client, environmentId: string): Promise<string> {
  const name = `v${randomUUID().slice(-12)}`;
  const { id: serviceId } = await client.services.create({ environmentId, name, shape: "worker", config: { source: { type: "image", reference: "node:24-slim" } } });
  for (const edit of [{ volumes: [{ path: "/data" }] }, { removeVolumes: ["/data"] }]) {
    const rows = await client.staged.stage({ environmentId, serviceId, ...edit });
    await client.staged.deploy({ environmentId, ids: rows.map(({ id }) => id) });
  }
  return (await client.volumes.list({ environmentId })).find((volume) => volume.serviceId === serviceId)!.id;
}

/** As the registry has them; one that nobody has said how to begin is named, so that no kind goes untested. */
export function actKinds(): { kinds: ActKind[]; unknown: string[] } {
  const known = jobKinds({} as DeployDeps).map(({ kind }) => kind);
  return {
    kinds: known.flatMap((kind) => (ACTS[kind] === undefined ? [] : [{ kind, name: kind, ...ACTS[kind] }])),
    unknown: known.filter((kind) => ACTS[kind] === undefined),
  };
}

/** Kinds whose undo has something to take back: it is killed where the agent lives and a person has cancelled the job. */
const CANCELLED = ["deploy", "rollback", "start", "restart"];
/** The later the more there is to undo; a site is not checked. */
const LATE_STEPS = ["check", "build"];

export function cancelledKinds(): ActKind[] {
  return CANCELLED.map((kind) => {
    const { before, begin } = ACTS[kind]!;
    return {
      kind,
      name: `${kind}, cancelled`,
      before,
      async begin(client, subject) {
        const id = await begin(client, subject);
        const isLate = async () => {
          const { steps, endedAt } = await client.jobs.get({ id });
          return endedAt !== null || steps.some(({ name, state }) => state === "running" && LATE_STEPS.includes(name) && (name === "check" || !subject.hasProcess));
        };
        for (let late = await isLate(); !late; late = await isLate()) await pause(20);
        await client.jobs.cancel({ id }).catch(() => {});
        return id;
      },
    };
  });
}

/** Services for one agent: those that stay are used again, those that are deleted are made anew, each in a project of its own. */
export function createStage(agent: AgentProcess) {
  const standing = new Map<string, Subject>();
  let made = 0;

  async function fresh(shape: Shape): Promise<Subject> {
    made += 1;
    const { id } = await agent.client.projects.create({ name: `${shape.shape} ${made}` });
    // The last environment of a project is not deleted.
    await agent.client.environments.create({ projectId: id, name: "other" });
    const subject = await shape.make(agent.client, id, `${shape.shape}-${made}`);
    await settled((await agent.client.deployments.start({ serviceId: subject.service.id })).id);
    return subject;
  }
  async function settled(id: string): Promise<void> {
    const { problem } = await agent.ended(id);
    if (problem) throw new Error(`${problem.message} ${problem.detail ?? ""}`);
  }

  return {
    /** The next one of that shape is made anew. */
    forget: (shape: Shape) => void standing.delete(shape.shape),
    /** None is stopped: what a first stop makes is not there. */
    async startAll(): Promise<void> {
      for (const { id, state } of await agent.client.services.list({})) if (state === "stopped") await settled(job(await agent.client.services.start({ id })));
    },
    /** A service of that shape in the state that the kind needs. */
    async ready(shape: Shape, { before }: Pick<ActKind, "before">): Promise<Subject> {
      const key = before === "live, to be deleted" ? `${shape.shape} to be deleted` : shape.shape;
      let subject = standing.get(key);
      if (subject !== undefined && !(await agent.client.services.list({})).some(({ id }) => id === subject!.service.id)) subject = undefined;
      if (subject === undefined) standing.set(key, (subject = await fresh(shape)));
      const { state } = await agent.client.services.get({ id: subject.service.id });
      if (before === "stopped" && state !== "stopped") await settled(job(await agent.client.services.stop({ id: subject.service.id })));
      if (before !== "stopped" && state === "stopped") await settled(job(await agent.client.services.start({ id: subject.service.id })));
      return subject;
    },
  };
}
export type Stage = ReturnType<typeof createStage>;
