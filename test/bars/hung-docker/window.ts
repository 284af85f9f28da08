// What a window asks of a server, by the contract: a new procedure that nobody has placed here is named.
import { setTimeout as pause } from "node:timers/promises";
import { agentContract, type Service } from "../../../agent/contract/index.ts";
import { procedures } from "../../../src/desktop/agent/procedures.ts";
import type { AgentProcess } from "../agent-process.ts";
import { CALL_MS } from "./lane.ts";

export type Seen = { serviceId: string; projectId: string; environmentId: string; deploymentId: string; jobId: string; releaseId: string };
type Input = Record<string, unknown>;

/** Everything that only reads; null: asked in streams.ts, where it belongs to something that is open. */
const CALLS: Record<string, ((seen: Seen) => Input[]) | null> = {
  "instance.hello": () => [{}],
  "instance.status": () => [{}],
  "instance.settings": () => [{}],
  "instance.cleanupPreview": () => [{}],
  "projects.list": () => [{}],
  "environments.list": ({ projectId }) => [{ projectId }],
  "environments.deletion": ({ environmentId }) => [{ id: environmentId }],
  "services.list": ({ projectId, environmentId }) => [{}, { projectId }, { environmentId }],
  "services.get": ({ serviceId }) => [{ id: serviceId }],
  "services.getMany": ({ environmentId, serviceId }) => [{ ids: [serviceId] }, { environmentId, ids: [serviceId] }],
  "services.meters": ({ environmentId, serviceId }) => [{ environmentId, ids: [serviceId] }],
  "services.history": ({ serviceId }) => [{ id: serviceId, limit: 10 }],
  "services.deletion": ({ serviceId }) => [{ id: serviceId }],
  "variables.list": ({ environmentId, serviceId }) => [{ environmentId, serviceId }, { environmentId, serviceId: null }],
  "variables.history": ({ environmentId, serviceId }) => [{ environmentId, serviceId }],
  "variables.referable": ({ environmentId }) => [{ environmentId }],
  "staged.list": ({ environmentId }) => [{ environmentId }],
  "volumes.list": ({ environmentId }) => [{ environmentId }],
  "staged.review": ({ environmentId }) => [{ environmentId }],
  // Of no volume: one that is there is measured on the disk, by Docker's word of where it lies.
  "volumes.measure": ({ serviceId }) => [{ id: serviceId }],
  "deployments.list": ({ serviceId }) => [{ serviceId }],
  "deployments.releases": ({ serviceId }) => [{ serviceId }],
  "deployments.compare": ({ serviceId, releaseId }) => [{ serviceId, from: releaseId, to: releaseId }],
  "deployments.get": ({ deploymentId }) => [{ id: deploymentId }],
  "runs.list": ({ serviceId }) => [{ serviceId }],
  "runs.get": () => [],
  "jobs.list": () => [{}],
  "jobs.get": ({ jobId }) => [{ id: jobId }],
  "terminals.list": () => [{}],
  "people.list": () => [{}],
  "audit.list": () => [{}],
  "doctor.check": null,
  "terminals.taken": null,
  "terminals.write": null,
  "terminals.resize": null,
};

const reads = procedures(agentContract).filter(({ streams, mutates }) => !streams && !mutates).map(({ path }) => path.join("."));

/** What these tell lies with Docker: while it is silent they end with its code, after the deadline of a call. */
const OF_DOCKER = new Set(["services.history", "instance.cleanupPreview"]);

/** Reads that nobody has said how to ask. */
export const unplaced = (): string[] => reads.filter((name) => CALLS[name] === undefined);

export async function seenOf({ client }: AgentProcess, { id: serviceId, projectId, environmentId }: Pick<Service, "id" | "projectId" | "environmentId">): Promise<Seen> {
  const [deployment] = await client.deployments.list({ serviceId });
  const [release] = await client.deployments.releases({ serviceId });
  return { serviceId, projectId, environmentId, deploymentId: deployment!.id, jobId: deployment!.id, releaseId: release!.id };
}

/** A window does not ask without a pause, and a silence that is known is refused at once. */
const PAUSE_MS = 50;

/** Asks all of it, one after the other. Answers the slowest in milliseconds. */
export async function useWindow({ client }: AgentProcess, seen: Seen): Promise<number> {
  let slowest = 0;
  for (const name of reads) {
    const [room, procedure] = name.split(".") as [string, string];
    const call = (client as unknown as Record<string, Record<string, (input: Input) => Promise<unknown>>>)[room]![procedure]!;
    for (const input of CALLS[name]?.(seen) ?? []) {
      const begun = performance.now();
      // What is deleted meanwhile is not there any more, and says so.
      await call(input).catch((error: Error & { code?: string }) => {
        if (error.code !== "NOT_FOUND" && !(OF_DOCKER.has(name) && error.code?.startsWith("DOCKER_"))) throw error;
      });
      if (!OF_DOCKER.has(name)) slowest = Math.max(slowest, performance.now() - begun);
    }
  }
  await pause(PAUSE_MS);
  return slowest;
}

/** The page that shows the server tells of the silence, and does not wait for it. */
export async function statusSays({ client }: AgentProcess, short: boolean): Promise<string[]> {
  const begun = performance.now();
  const { tools } = await client.instance.status({});
  const took = performance.now() - begun;
  const engine = tools.find(({ name }) => name === "docker");
  if (engine?.problem?.code !== "DOCKER_SILENT") return [`the status says of Docker: ${engine?.problem?.code ?? "all is well"}`];
  if (engine.silentSince === undefined) return ["the status does not say since when Docker is silent"];
  return !short && took > CALL_MS ? [`the status took ${Math.round(took)} ms`] : [];
}
