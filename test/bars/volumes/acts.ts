// What happens to a service with a volume, each as a story of its own.
import { v7 as uuid } from "uuid";
import { serviceConfig } from "../../../agent/contract/index.ts";
import { until } from "../../world/wait.ts";
import { configOf, DEAF, deploy, deployStaged, GOOD, PATH, wrongIn, type Keeper } from "./keeper.ts";

export type Story = { name: string; /** It does not run afterwards. */ stops?: boolean; act(keeper: Keeper): Promise<unknown> };

const ok = async ({ agent }: Keeper, { job }: { job: { id: string } }) => {
  const { problem } = await agent.ended(job.id);
  if (problem) throw new Error(problem.message);
};

export const redeploy: Story = { name: "a deploy", act: ({ agent, service }) => deploy(agent, service.id) };
export const restart: Story = { name: "a restart", act: async (keeper) => ok(keeper, await keeper.agent.client.services.restart({ id: keeper.service.id })) };
const stop: Story = { name: "a stop", stops: true, act: async (keeper) => ok(keeper, await keeper.agent.client.services.stop({ id: keeper.service.id })) };
const start: Story = { name: "a start", act: async (keeper) => ok(keeper, await keeper.agent.client.services.start({ id: keeper.service.id })) };

const failed: Story = {
  name: "a deploy that fails",
  async act({ agent, service: { id } }) {
    const change = (startCommand: string, healthSeconds: number) => agent.client.services.update({ id, config: serviceConfig.parse(configOf(undefined, { startCommand, healthSeconds })) });
    await change(DEAF, 2);
    const { state } = await agent.deployed((await agent.client.deployments.start({ serviceId: id })).id);
    await change(GOOD, 120);
    if (state !== "failed") throw new Error(`it ${state}`);
  },
};
const rollback: Story = {
  name: "a rollback",
  async act({ agent, service: { id } }) {
    const kept = await agent.client.deployments.releases({ serviceId: id });
    const to = kept.find(({ live }) => !live);
    if (to === undefined) throw new Error("there is nothing to go back to");
    const { problem } = await agent.deployed((await agent.client.deployments.rollback({ serviceId: id, releaseId: to.id })).id);
    if (problem) throw new Error(problem.message);
  },
};
const trashed: Story = {
  name: "its removal and its return",
  async act({ agent, environmentId, service, volumeId }) {
    await agent.client.staged.stage({ environmentId, serviceId: service.id, removeVolumes: [PATH] });
    // Without it the app has nowhere to write.
    await agent.client.staged.stage({ environmentId, serviceId: service.id, settings: { startCommand: `node -e 'require("http").createServer((q,s)=>s.end("gone")).listen(process.env.PORT)'` } });
    await deployStaged(agent, environmentId);
    await agent.client.volumes.restore({ id: volumeId });
    await agent.client.staged.stage({ environmentId, serviceId: service.id, settings: { startCommand: GOOD } });
    await deployStaged(agent, environmentId);
  },
};

export const STORIES: Story[] = [redeploy, restart, stop, start, failed, rollback, trashed];

/** Deleted with its service, it is had back by another one. */
export async function returned(keeper: Keeper): Promise<Keeper> {
  const { agent, environmentId, service, volumeId, hostname } = keeper;
  await ok(keeper, await agent.client.services.delete({ id: service.id, confirm: service.name }));
  const name = `n${uuid().slice(-8)}`;
  const next = await agent.client.services.create({ environmentId, name, shape: "web", hostname, config: configOf() });
  await agent.client.volumes.restore({ id: volumeId, serviceId: next.id });
  await deployStaged(agent, environmentId);
  await deploy(agent, next.id);
  return { ...keeper, service: next };
}

export async function told(keeper: Keeper, { name, stops = false, act }: Story): Promise<string[]> {
  const wrong = await act(keeper).then(() => [], (error: Error) => [error.message]);
  if (stops) await until("its end", async () => (await keeper.agent.client.services.get({ id: keeper.service.id })).state === "stopped", { within: 120_000, every: 50 });
  return [...wrong, ...(await wrongIn(keeper, { runs: !stops }))].map((line) => `${name}: ${line}`);
}
