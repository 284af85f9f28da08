// What the bars about traffic share: one agent, one Git server, services of the sample app.
import type { Deployment, Service, ServiceConfig } from "../../agent/contract/index.ts";
import { appFolder, release } from "../world/apps/index.ts";
import type { Repository } from "../world/git/repositories.ts";
import { raiseWorld, type World } from "../world/raise.ts";
import { run } from "../world/command.ts";
import { startAgentProcess, type AgentProcess } from "./agent-process.ts";
import type { BarContext } from "./frame.ts";
import { firstEnvironment } from "../world/environment.ts";

/** How long the slow answers take, and the grace that lets them end; less in the short form, which measures no seconds. */
export const pace = (short: boolean) => (short ? { slowPath: "/?slow=300", drainSeconds: 1, stopSeconds: 60, ...calm } : { slowPath: "/?slow=2000", drainSeconds: 4, stopSeconds: undefined, rate: 200, timeoutSeconds: 10 });

/** What a busy machine gets done beside others, and how long it may take: requests a second, and seconds until one without an answer has failed. */
const calm = { rate: 50, timeoutSeconds: 60 };

/** What a bar wants of a service besides. */
export type More = { config?: Partial<ServiceConfig>; variables?: Record<string, string> };

export type Flight = {
  world: World;
  agent: AgentProcess;
  projectId: string;
  /** A service of the sample app with a repository of its own; not deployed yet. */
  service(name: string, hostname: string | null, more?: More): Promise<{ service: Service; repository: Repository }>;
  /** A service of plain files, deployed within a moment. */
  site(name: string, hostname: string | null): Promise<Service>;
  /** Deploys and expects success. */
  deploy(serviceId: string): Promise<Deployment>;
  /** A pushed commit that makes the app answer with `id`, then a deploy of it. */
  redeploy(made: { service: Service; repository: Repository }, id: string): Promise<Deployment>;
  hostname(label: string): string;
  containersOf(serviceId: string): Promise<string[]>;
};

export async function raiseFlight(context: BarContext, prefix: string): Promise<Flight> {
  const world = await raiseWorld();
  context.cleanup(() => world.stop());
  const agent = await startAgentProcess(context, { prefix });
  const { id: projectId } = await agent.client.projects.create({ name: prefix });

  async function deploy(serviceId: string) {
    const { id } = await agent.client.deployments.start({ serviceId });
    const ended = await agent.deployed(id);
    if (ended.state === "succeeded") return ended;
    const lines = (await agent.logOf(id)).slice(-30).map(({ text }) => text);
    throw new Error(`deployment ${ended.state}: ${ended.problem?.message}\n${ended.problem?.detail ?? ""}\n${lines.join("\n")}`);
  }

  return {
    world,
    agent,
    projectId,
    deploy,
    hostname: (label) => `${label}.${world.run}.test`,
    async service(name, hostname, { config, variables } = {}) {
      const repository = await world.git.create(name, release("node-http", `${name}-0`), { from: appFolder("node-http") });
      const service = await agent.client.services.create({
        environmentId: await firstEnvironment(agent.client, projectId),
        name,
        shape: "web",
        hostname,
        config: {
          source: { type: "git", url: repository.http, branch: repository.branch, rootDirectory: "" },
          port: 3000,
          healthPath: "/health",
          drainSeconds: pace(context.short).drainSeconds,
          // An app that is told to end answers what it has taken on, however long that takes on a busy machine.
          stopSeconds: pace(context.short).stopSeconds,
          ...config,
        },
        variables,
      });
      return { service, repository };
    },
    async site(name, hostname) {
      const repository = await world.git.create(name, release("static", name), { from: appFolder("static") });
      return await agent.client.services.create({
        environmentId: await firstEnvironment(agent.client, projectId),
        name,
        shape: "static",
        hostname,
        config: { source: { type: "git", url: repository.http, branch: repository.branch }, site: { outputDirectory: "site" } },
      });
    },
    async redeploy({ service, repository }, id) {
      await repository.commit(release("node-http", id), `Release ${id}`);
      return await deploy(service.id);
    },
    async containersOf(serviceId) {
      const listed = await run(["docker", "ps", "--all", "--quiet", "--filter", `label=run.aeroplane.service=${serviceId}`]);
      return listed.split("\n").filter((line) => line !== "");
    },
  };
}
