// Whether what the store says, what runs, what is routed and what lies on the disk are one and the same.
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import type { Job, Service } from "../../../agent/contract/index.ts";
import { attempt } from "../../world/command.ts";
import type { AgentProcess } from "../agent-process.ts";
import { containersOf, networksOf, ownersOf, policyAndAddress, tagsOf } from "./engine.ts";
import { wrongFiles } from "./files.ts";
import { idsIn, liveContainers, openJobs, wrongRows } from "./rows.ts";
import type { Gone } from "./repairs.ts";
import type { Subject } from "./shapes.ts";

const RELEASE_HEADER = "x-aeroplane-release";

/**
 * What is wrong now; empty: the job has ended, the service is one thing everywhere, nothing is left and nothing doubled.
 * `goes`: no job has asked for it, and the service or what is around it must be gone all the same.
 */
export async function wrongNow(
  agent: AgentProcess,
  { service: { id, projectId, environmentId }, ...subject }: Subject,
  jobId: string | null,
  goes?: Gone,
): Promise<string[]> {
  // What costs nothing first: this is looked at many times a second.
  const early = [...openJobs(agent.dataDir), ...wrongRows(agent.dataDir)];
  if (early.length > 0) return early;
  const job = jobId === null ? null : await agent.client.jobs.get({ id: jobId });
  const service = (await agent.client.services.list({})).find((one) => one.id === id);
  const wrong = [...(await wrongFiles(agent.dataDir)), ...(await strays(agent))];
  if (service === undefined) {
    const wasToGo = goes !== undefined || (job?.deletes && job.state === "succeeded");
    if (!wasToGo) wrong.push(`it is gone, and ${job?.kind ?? "nothing"} ${job?.state ?? "was asked"}`);
    if (goes === "environment" || job?.kind === "delete-environment") wrong.push(...(await wrongWhenEnvironmentGone(agent, projectId, environmentId)));
    if (goes === "project" || job?.kind === "delete-project") wrong.push(...(await wrongWhenProjectGone(agent, projectId)));
    return [...wrong, ...(await wrongWhenGone(agent, subject, id))];
  }
  if (goes !== undefined) wrong.push("it is still there");
  if (job?.deletes && job.state === "succeeded") wrong.push("it was deleted and is listed");
  if (service.state === "live") wrong.push(...(await wrongWhenLive(agent, subject, service)));
  else if (service.state === "stopped") wrong.push(...(await wrongWhenStopped(agent, subject, service)));
  else wrong.push(`it is ${service.state}`);
  wrong.push(...(job === null ? [] : wrongOutcome(service, job)), ...(await wrongImages(agent, service)));
  return wrong;
}

/** A committed job has had its effect, one that was undone has had none. */
function wrongOutcome(service: Service, job: Job): string[] {
  const succeeded = job.state === "succeeded";
  const wanted: Record<string, boolean> = {
    deploy: (service.liveRelease?.deploymentId === job.id) === succeeded,
    rollback: (service.liveRelease?.deploymentId === job.id) === succeeded,
    stop: (service.state === "stopped") === succeeded,
    start: (service.state === "live") === succeeded,
    restart: service.state === "live",
    "run-once": service.state === "live",
    // Its service runs again, whatever came of it.
    "copy-volume": true,
    // It is about something else.
    "empty-trash": true,
  };
  return (wanted[job.kind] ?? !succeeded) ? [] : [`${job.kind} ${job.state}, and it is ${service.state}`];
}

const same = (found: string[], wanted: string[], what: string): string[] =>
  JSON.stringify(found.toSorted()) === JSON.stringify(wanted.toSorted()) ? [] : [`${what} ${JSON.stringify(found)} instead of ${JSON.stringify(wanted)}`];

async function wrongWhenLive(agent: AgentProcess, { hostname, path, hasProcess }: Omit<Subject, "service">, service: Service): Promise<string[]> {
  const release = service.liveRelease?.id;
  const found = await containersOf(service.id);
  const wrong = same(found.map((one) => `${one.release} ${one.state}`), hasProcess ? Array.from({ length: service.config.replicas }, () => `${release} running`) : [], "containers");
  wrong.push(...same(found.map(({ id: container }) => container), liveContainers(agent.dataDir, service.id), "running containers"));
  if (wrong.length > 0) return wrong;
  for (const { id: container } of found) {
    const { policy, address } = await policyAndAddress(container);
    if (policy !== "unless-stopped") wrong.push(`the restart policy is ${policy}`);
    const names = await namesTable(agent);
    if (names !== null && !names.includes(address)) wrong.push(`no private name leads to ${address}`);
  }
  if (hostname !== null) {
    const answer = await agent.fetch(hostname, path).catch((error: Error) => ({ status: 0, headers: {} as Record<string, unknown>, body: error.message }));
    if (answer.status !== 200 || answer.headers[RELEASE_HEADER] !== release) wrong.push(`${hostname} answers ${answer.status} of release ${String(answer.headers[RELEASE_HEADER])} instead of ${release}`);
  }
  return wrong;
}

async function wrongWhenStopped(agent: AgentProcess, { hostname, path }: Omit<Subject, "service">, service: Service): Promise<string[]> {
  const wrong = same((await containersOf(service.id)).map(({ state }) => state), [], "containers");
  if (hostname !== null) {
    const { status } = await agent.fetch(hostname, path);
    if (status !== 503) wrong.push(`stopped, it answers ${status}`);
  }
  return wrong;
}

async function wrongWhenEnvironmentGone(agent: AgentProcess, projectId: string, environmentId: string): Promise<string[]> {
  const left = (await agent.client.environments.list({ projectId })).map(({ id, name }) => (id === environmentId ? id : name));
  return [...same(left, ["other"], "environments"), ...same(await networksOf("environment", environmentId), [], "networks")];
}

async function wrongWhenProjectGone(agent: AgentProcess, projectId: string): Promise<string[]> {
  const listed = (await agent.client.projects.list({})).some(({ id }) => id === projectId);
  return [...(listed ? ["its project is still listed"] : []), ...same(await networksOf("project", projectId), [], "networks")];
}

async function wrongWhenGone(agent: AgentProcess, { hostname, path }: Omit<Subject, "service">, serviceId: string): Promise<string[]> {
  const wrong = same((await containersOf(serviceId)).map(({ state }) => state), [], "containers");
  wrong.push(...same((await tagsOf(agent.instanceId())).filter((tag) => tag.includes(serviceId)), [], "images"));
  for (const folder of [join("sites", serviceId), join("logs/services", serviceId), join("routes/services", serviceId), ...(hostname === null ? [] : [join("routes/hosts", hostname)])]) {
    const [above, name] = [join(agent.dataDir, folder, ".."), folder.split("/").at(-1)!];
    if ((await namesIn(above)).includes(name)) wrong.push(`left behind: ${folder}`);
  }
  if (hostname !== null) {
    const { status } = await agent.fetch(hostname, path);
    if (status !== 404) wrong.push(`deleted, it answers ${status}`);
  }
  return wrong;
}

/** An image stands for a release that is kept, and for no other. */
async function wrongImages(agent: AgentProcess, service: Service): Promise<string[]> {
  const kept = idsIn(agent.dataDir, "SELECT id FROM release WHERE state <> 'failed'");
  const own = (await tagsOf(agent.instanceId())).filter((tag) => tag.includes(`/${service.id}:`));
  return own.filter((tag) => !kept.has(tag.split(":").at(-1)!)).map((tag) => `the image ${tag} is left`);
}

/** Containers of services that are not there. */
async function strays(agent: AgentProcess): Promise<string[]> {
  const services = idsIn(agent.dataDir, "SELECT id FROM service");
  return (await ownersOf(agent.instanceId())).filter((owner) => !services.has(owner)).map((owner) => `a container of ${owner} is left`);
}

async function namesTable(agent: AgentProcess): Promise<string | null> {
  const { code, stdout } = await attempt(["nft", "list", "table", "ip", `aeroplane_${agent.instanceId().replaceAll("-", "").slice(-12, -4)}`]);
  return code === 0 ? stdout : null;
}

const namesIn = (folder: string): Promise<string[]> => readdir(folder).catch(() => []);
