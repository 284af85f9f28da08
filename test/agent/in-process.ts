// An agent inside this process, on the Docker of this machine, with an instance and a folder of its own.
import { chmod } from "node:fs/promises";
import { get, type IncomingHttpHeaders } from "node:http";
import type { ContractRouterClient } from "@orpc/contract";
import { createRouterClient } from "@orpc/server";
import type { AgentContract, Deployment, Job } from "../../agent/contract/index.ts";
import { openAgent, type Agent } from "../../agent/src/agent.ts";
import { purge } from "../../agent/src/server/purge.ts";
import { ownedFolder } from "../world/folder.ts";
import { freePort } from "../world/git/server.ts";
import { buildxBin, caddyBin } from "../world/parts.ts";

export type AgentClient = ContractRouterClient<AgentContract>;
export type Answer = { status: number; headers: IncomingHttpHeaders; body: string };

export type LocalAgent = {
  client: AgentClient;
  agent: Agent;
  dataDir: string;
  httpPort: number;
  /** GET through Caddy. */
  fetch(hostname: string, path?: string): Promise<Answer>;
  /** The deployment as it ended. */
  deployed(id: string): Promise<Deployment>;
  ended(jobId: string): Promise<Job>;
  /** The agent ends, however it is asked to, and another one begins on the same folder; in between nobody watches. */
  again(meanwhile?: () => Promise<unknown>): Promise<void>;
  /** Removes everything it made. */
  stop(): Promise<void>;
};

export async function startLocalAgent({ dockerSocket = "/var/run/docker.sock" } = {}): Promise<LocalAgent> {
  const dataDir = await ownedFolder("agent");
  // Caddy's own user passes through to routes and sites.
  await chmod(dataDir, 0o711);
  const httpPort = await freePort("127.0.0.1");
  const config = {
    dataDir,
    sockets: [],
    httpPort,
    httpAddress: "127.0.0.1",
    caddy: await caddyBin(),
    buildx: await buildxBin(),
    dockerSocket,
    caddyUnit: null,
    startsAtBoot: false,
  };
  let agent = openAgent(config);
  agent.start();
  const asTester = () => createRouterClient(agent.served.router, { context: { login: "tester", desktop: "test", key: null } }) as AgentClient;
  let client = asTester();

  async function logEnded(id: string): Promise<void> {
    for await (const batch of await client.deployments.log({ id })) if (batch.ended) return;
  }
  return {
    get client() {
      return client;
    },
    get agent() {
      return agent;
    },
    dataDir,
    httpPort,
    fetch: (hostname, path = "/") => ask(httpPort, hostname, path),
    async deployed(id) {
      await logEnded(id);
      return client.deployments.get({ id });
    },
    async ended(jobId) {
      for await (const _ of await client.changes.watch({})) {
        const job = await client.jobs.get({ id: jobId });
        if (job.endedAt !== null) return job;
      }
      throw new Error("The stream of changes ended");
    },
    async again(meanwhile) {
      await agent.close();
      await meanwhile?.();
      agent = openAgent(config);
      client = asTester();
      agent.start();
    },
    async stop() {
      // One that still works brings back what is taken from it.
      await agent.close();
      await purge(config);
    },
  };
}

function ask(port: number, hostname: string, path: string): Promise<Answer> {
  return new Promise((resolve, reject) => {
    get({ host: "127.0.0.1", port, path, headers: { host: hostname }, agent: false }, (response) => {
      let body = "";
      response.setEncoding("utf8").on("data", (text: string) => (body += text));
      response.on("end", () => resolve({ status: response.statusCode ?? 0, headers: response.headers, body }));
      response.on("error", reject);
    }).on("error", reject);
  });
}
