// An app that fills the disk of an engine of its own, so that nobody else's is full.
import { setTimeout as sleep } from "node:timers/promises";
import { makeLoad, type PhaseResult } from "../../load/load.ts";
import { firstEnvironment } from "../../world/environment.ts";
import { until } from "../../world/wait.ts";
import { startAgentProcess, type AgentProcess } from "../agent-process.ts";
import type { BarContext } from "../frame.ts";
import { copyImage, startSmallDockerd } from "../small-dockerd.ts";

const IMAGE = "node:24-slim";
const MEGABYTES = 1500;
const HOST = "beside-the-filler.test";

/** 50 MB in a second, into its own container. */
const FILLER = `const { appendFileSync } = require("fs"); const part = Buffer.alloc(10e6, 1); setTimeout(() => setInterval(() => { try { appendFileSync("/fill", part) } catch (error) { console.error(error.message) } }, 200), 2500)`;
const NEIGHBOUR = `require("http").createServer((q, s) => q.pipe(s)).listen(process.env.PORT)`;

export type Filled = { results: PhaseResult[]; named: string; alive: boolean };

export async function fillDisk(context: BarContext, rate: number): Promise<Filled> {
  const { signal } = context;
  const dockerd = await startSmallDockerd(context, MEGABYTES);
  await copyImage(dockerd.socket, IMAGE);
  const agent = await startAgentProcess(context, { prefix: "limits-disk", dockerSocket: dockerd.socket });
  const { id: projectId } = await agent.client.projects.create({ name: "disk" });
  const environmentId = await firstEnvironment(agent.client, projectId);
  const neighbour = await deploy(agent, environmentId, "neighbour", NEIGHBOUR, HOST);
  const load = await makeLoad({ address: "127.0.0.1", port: agent.httpPort, hostname: HOST, rate, path: "/", echoPath: "/", slowPath: "/", slowEvery: 20, timeoutSeconds: 10 });
  context.cleanup(() => load.stop());
  await load.phase("disk-filler");
  const pid = agent.pid();
  const filler = await deploy(agent, environmentId, "filler", FILLER, null);
  const { written, free } = await until("the filler to be stopped", async () => (await agent.client.services.get({ id: filler })).stoppedFor ?? false, { within: 90_000, every: 100 });
  const free2 = await until("room on the disk", async () => dockerd.free().then((bytes) => bytes > free && bytes), { within: 60_000, every: 200 });
  await sleep(2000, undefined, { signal });
  const results = await load.finish();
  const { state, crashes } = await agent.client.services.get({ id: neighbour });
  const MB = (bytes: number) => `${Math.round(bytes / 1024 ** 2)} MB`;
  return {
    results,
    named: `stopped after ${MB(written)} with ${MB(free)} left of ${MEGABYTES}, ${MB(free2)} after it`,
    alive: agent.pid() === pid && state === "live" && crashes === null,
  };
}

async function deploy(agent: AgentProcess, environmentId: string, name: string, program: string, hostname: string | null): Promise<string> {
  const config = { source: { type: "image" as const, reference: IMAGE }, port: hostname === null ? null : 3000, healthSeconds: hostname === null ? 1 : 60, drainSeconds: 0, stopSeconds: 1, startCommand: `node -e '${program}'` };
  const { id } = await agent.client.services.create({ environmentId, name, shape: hostname === null ? "worker" : "web", hostname, config });
  const { problem } = await agent.deployed((await agent.client.deployments.start({ serviceId: id })).id);
  if (problem !== null) throw new Error(`${name}: ${problem.message}`);
  return id;
}
