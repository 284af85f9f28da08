// A site that BuildKit builds on the server, deployed and asked for from outside.
import { get } from "node:http";
import { appFolder, release } from "../../world/apps/index.ts";
import type { World } from "../../world/raise.ts";
import type { Server } from "../../world/server.ts";
import { until } from "../../world/wait.ts";
import type { Desk } from "../tunnel/desk.ts";

export type Site = { hostname: string; release: string };

export async function deploySite(desk: Desk, serverId: string, { world, name, signal }: { world: World; name: string; signal: AbortSignal }): Promise<Site> {
  const agent = desk.agentOf(serverId);
  const repository = await world.git.create(name, release("static-build", `release of ${name}`), { from: appFolder("static-build") });
  const hostname = `${name}.${world.run}.test`;
  const project = await agent.projects.create({ name });
  const service = await agent.services.create({
    environmentId: project.environments[0]!.id,
    name: "site",
    shape: "static",
    hostname,
    config: { source: { type: "git", url: repository.http, branch: repository.branch }, site: { outputDirectory: "dist", buildCommand: "node build.mjs", buildImage: "node:24-slim" } },
  });
  const { id } = await agent.deployments.start({ serviceId: service.id });
  const ended = await until(
    "the site's deployment",
    async () => {
      signal.throwIfAborted();
      const found = await agent.deployments.get({ id });
      return found.endedAt !== null && found;
    },
    { within: 300_000, every: 200 },
  );
  if (ended.state !== "succeeded") throw new Error(`The site was not deployed: ${JSON.stringify(ended.problem)}`);
  return { hostname, release: `release of ${name}` };
}

/** What the site answers through the network: its release, or the status. */
export function ask(server: Server, { hostname }: Site): Promise<string> {
  return new Promise((resolve) => {
    get({ host: server.address, port: 80, path: "/release.txt", headers: { host: hostname }, agent: false, timeout: 10_000 }, (answer) => {
      let body = "";
      answer.setEncoding("utf8").on("data", (text: string) => (body += text));
      answer.on("end", () => resolve(answer.statusCode === 200 ? body.trim() : String(answer.statusCode)));
    })
      .on("timeout", function (this: { destroy(): void }) {
        this.destroy();
      })
      .on("error", (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
  });
}
