// Services of every way to be made: a pulled image waits for nobody's build, an app and a site of a repository wait in the lane.
import type { AgentClient } from "../../../src/desktop/agent/client.ts";
import { appFolder, release } from "../../world/apps/index.ts";
import { firstEnvironment } from "../../world/environment.ts";
import type { GitServer } from "../../world/git/server.ts";

export type Counts = { pulled: number; built: number; site: number };
export type Made = { id: string; name: string; inLane: boolean };
type Client = AgentClient["client"];

const SERVER = `node -e 'require("http").createServer((q,s)=>s.end("ok")).listen(process.env.PORT);process.on("SIGTERM",()=>process.exit(0))'`;

export async function makeServices(client: Client, git: GitServer, { pulled, built, site }: Counts): Promise<Made[]> {
  const { id: projectId } = await client.projects.create({ name: "Queue" });
  const environmentId = await firstEnvironment(client, projectId);
  const made: Made[] = [];
  async function many(count: number, kind: string, inLane: boolean, more: (name: string) => Promise<object>): Promise<void> {
    for (let number = 0; number < count; number += 1) {
      const name = `${kind}-${number}`;
      const { id } = await client.services.create({ environmentId, name, ...(await more(name)) } as Parameters<Client["services"]["create"]>[0]);
      made.push({ id, name, inLane });
    }
  }
  await many(pulled, "pulled", false, async () => ({ shape: "web", config: { source: { type: "image", reference: "node:24-slim" }, port: 3000, drainSeconds: 0, startCommand: SERVER } }));
  await many(built, "built", true, async (name) => {
    const { http: url, branch } = await git.create(name, release("node-http", name), { from: appFolder("node-http") });
    return { shape: "web", config: { source: { type: "git", url, branch }, port: 3000, drainSeconds: 0 } };
  });
  await many(site, "site", true, async (name) => {
    const { http: url, branch } = await git.create(name, release("static", name), { from: appFolder("static") });
    return { shape: "static", config: { source: { type: "git", url, branch }, site: { outputDirectory: "site" } } };
  });
  return made;
}
