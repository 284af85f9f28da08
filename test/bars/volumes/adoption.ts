// An image that keeps data in a volume of its own, by VOLUME: nothing of that is lost without a yes, and a volume of ours takes it in.
import { docker } from "../../world/docker.ts";
import { ensureImage } from "../../world/images/images.ts";
import type { AgentProcess } from "../agent-process.ts";
import type { BarContext } from "../frame.ts";
import { configOf, deploy, deployStaged, hashNow, PATH, wrongIn, type Keeper } from "./keeper.ts";
import { hashOf, plant } from "./tree.ts";

const JOURNAL = "journal";

async function image({ cleanup }: Pick<BarContext, "cleanup">, name: string): Promise<string> {
  const made = (await docker(["create", await ensureImage("node:24-slim")])).trim();
  await docker(["commit", "--change", `VOLUME ["${PATH}"]`, made, name]);
  await docker(["rm", made]);
  cleanup(() => docker(["rmi", "--force", name]));
  return name;
}

/** Where Docker itself keeps what the image's volume holds. */
async function anonymousFolder(serviceId: string): Promise<string> {
  const id = (await docker(["ps", "--all", "--quiet", "--filter", `label=run.aeroplane.service=${serviceId}`])).trim();
  const mounts = JSON.parse(await docker(["inspect", "--format", "{{json .Mounts}}", id])) as { Destination: string; Source: string }[];
  return mounts.find(({ Destination }) => Destination === PATH)!.Source;
}

export type Adoption = { keeper: Keeper; wrong: string[]; /** The deploy that takes it in, staged and not yet begun. */ begin(): Promise<string> };

/** Up to the moment at which all is staged and nothing has begun. */
export async function raiseAdoption(context: Pick<BarContext, "cleanup">, agent: AgentProcess, environmentId: string, name: string, run: string): Promise<Adoption> {
  const reference = await image(context, `aeroplane-test/${run}-${name}:1`);
  const hostname = `${name}.${run}.test`;
  const service = await agent.client.services.create({ environmentId, name, shape: "web", hostname, config: configOf(reference) });
  await deploy(agent, service.id);
  const folder = await anonymousFolder(service.id);
  await plant(folder, "kept by the image");
  const hash = hashOf(folder, [JOURNAL]);
  const wrong: string[] = [];
  const refused = await agent.client.deployments.start({ serviceId: service.id }).then(() => "nothing", (error: { data?: { code?: string } }) => error.data?.code);
  if (refused !== "VOLUME_DATA_WOULD_GO") wrong.push(`a deploy without a yes was refused by ${refused}`);
  await agent.client.staged.stage({ environmentId, serviceId: service.id, volumes: [{ path: PATH }] });
  const keeper: Keeper = { agent, environmentId, service, hostname, volumeId: "", hash };
  return {
    keeper,
    wrong,
    async begin() {
      const ids = (await agent.client.staged.list({ environmentId })).map(({ id }) => id);
      const job = ids.length > 0 ? (await agent.client.staged.deploy({ environmentId, ids })).jobs[0]!.id : (await agent.client.deployments.start({ serviceId: service.id })).id;
      keeper.volumeId = (await agent.client.services.get({ id: service.id })).volumes[0]!.id;
      return job;
    },
  };
}

/** Taken in at once: what the image kept is in a volume of ours, and the next deploys go on with that. */
export async function adopted(context: Pick<BarContext, "cleanup">, agent: AgentProcess, environmentId: string, run: string): Promise<string[]> {
  const { keeper, wrong, begin } = await raiseAdoption(context, agent, environmentId, "adopts", run);
  const { problem } = await agent.ended(await begin());
  if (problem) return [...wrong, problem.message];
  wrong.push(...(await wrongIn(keeper)));
  await deploy(agent, keeper.service.id).catch((error: Error) => wrong.push(error.message));
  wrong.push(...(await wrongIn(keeper)));
  if ((await hashNow(agent, keeper.volumeId)) !== keeper.hash) wrong.push("another hash");
  await deployStaged(agent, environmentId);
  return wrong.map((line) => `adoption: ${line}`);
}
