// A service that keeps something in a volume, and tells whether ever two of its processes were on it at once.
import { readFileSync } from "node:fs";
import type { Service, ServiceConfig } from "../../../agent/contract/index.ts";
import { volumeNameOf } from "../../../agent/src/docker/own-volume.ts";
import { docker } from "../../world/docker.ts";
import { until } from "../../world/wait.ts";
import type { AgentProcess } from "../agent-process.ts";
import { hashOf, isSparse } from "./tree.ts";

export const PATH = "/srv/data";
/** What each process says of itself again and again into the volume. */
const JOURNAL = "journal";

/** Its name of itself is new with each process, so two at once write in turn. */
const APP = `const fs=require("fs");const me=Date.now()+"-"+Math.random();const say=()=>fs.appendFileSync("${PATH}/${JOURNAL}",me+"\\n");say();setInterval(say,15);require("http").createServer((q,s)=>s.end("here")).listen(process.env.PORT);process.on("SIGTERM",()=>setTimeout(()=>process.exit(0),100))`;
/** Writes as the others do and never answers. */
export const DEAF = `node -e '${APP.replace('require("http")', 'if(0)require("http")')}'`;
export const GOOD = `node -e '${APP}'`;

export const configOf = (reference = "node:24-slim", over: Partial<ServiceConfig> = {}) =>
  ({ source: { type: "image" as const, reference }, port: 3000, healthSeconds: 120, drainSeconds: 0, stopSeconds: 5, startCommand: GOOD, ...over });

export type Keeper = { agent: AgentProcess; environmentId: string; service: Service; hostname: string; volumeId: string; /** What it must hold. */ hash: string };

export async function folderOf(agent: AgentProcess, volumeId: string): Promise<string> {
  return (await docker(["volume", "inspect", "--format", "{{.Mountpoint}}", volumeNameOf(agent.instanceId(), volumeId)])).trim();
}

/** Everything that is staged is deployed, and what it begins ends well. */
export async function deployStaged({ client, ended }: AgentProcess, environmentId: string): Promise<void> {
  const ids = (await client.staged.list({ environmentId })).map(({ id }) => id);
  for (const { id } of (await client.staged.deploy({ environmentId, ids })).jobs) {
    const { problem } = await ended(id);
    if (problem) throw new Error(`${problem.message} ${problem.detail ?? ""}`);
  }
}
export async function deploy({ client, deployed }: AgentProcess, serviceId: string): Promise<string> {
  const { problem, releaseId } = await deployed((await client.deployments.start({ serviceId })).id);
  if (problem) throw new Error(`${problem.message} ${problem.detail ?? ""}`);
  return releaseId!;
}

/** A service that has a volume at PATH and runs. */
export async function raiseKeeper(agent: AgentProcess, environmentId: string, name: string, run: string): Promise<Omit<Keeper, "hash">> {
  const hostname = `${name}.${run}.test`;
  const service = await agent.client.services.create({ environmentId, name, shape: "web", hostname, config: configOf() });
  await agent.client.staged.stage({ environmentId, serviceId: service.id, volumes: [{ path: PATH }] });
  await deployStaged(agent, environmentId);
  await deploy(agent, service.id);
  const { volumes } = await agent.client.services.get({ id: service.id });
  return { agent, environmentId, service, hostname, volumeId: volumes[0]!.id };
}

/** In what its volume is not as it must be; `runs`: it must answer, too. */
export async function wrongIn({ agent, hostname, volumeId, hash }: Keeper, { runs = true } = {}): Promise<string[]> {
  const wrong: string[] = [];
  const answers = async () => (await agent.fetch(hostname)).body === "here";
  if (runs) await until("its answer", answers, { within: 120_000, every: 100 }).catch((error: Error) => wrong.push(error.message));
  const folder = await folderOf(agent, volumeId).catch((error: Error) => (wrong.push(`the volume: ${error.message}`), null));
  if (folder === null) return wrong;
  if (hashOf(folder, [JOURNAL]) !== hash) wrong.push("what was written is not there as it was");
  if (!isSparse(folder)) wrong.push("a file with a hole has none any more");
  const two = twoAtOnce(folder);
  if (two !== null) wrong.push(two);
  return wrong;
}

export const hashNow = async (agent: AgentProcess, volumeId: string): Promise<string> => hashOf(await folderOf(agent, volumeId), [JOURNAL]);

/** One that speaks again after another has spoken was there beside it. */
function twoAtOnce(folder: string): string | null {
  const ended = new Set<string>();
  let last = "";
  for (const line of readFileSync(`${folder}/${JOURNAL}`, "utf8").split("\n").filter(Boolean)) {
    if (line === last) continue;
    if (ended.has(line)) return `two processes at once: ${last} and ${line}`;
    if (last !== "") ended.add(last);
    last = line;
  }
  return null;
}
