// Cancelled in source, build and check: the processes are gone within 2 s and nothing is left behind.
import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { setTimeout as pause } from "node:timers/promises";
import { serviceConfig, type Service, type ServiceConfig } from "../../agent/contract/index.ts";
import { appFolder, release } from "../world/apps/index.ts";
import { startGitServer } from "../world/git/server.ts";
import { beginRun, endRun } from "../world/run.ts";
import { until } from "../world/wait.ts";
import { startAgentProcess, type AgentProcess } from "./agent-process.ts";
import { bar, type BarContext } from "./frame.ts";
import { descendants, isCaddy, isRunning, processes, tracesOf, type Process, type Traces } from "./traces.ts";

const LIMIT_MS = 2000;
const HOSTNAME = "cancel.bar.test";

type Case = {
  name: string;
  step: "source" | "build" | "check";
  /** Null: another service, which is made from an image. */
  config: Partial<ServiceConfig> | null;
  prepare?: () => Promise<unknown>;
  /** What must be seen running before the cancellation is worth measuring. */
  works: (found: Process[]) => boolean;
};

export default bar({
  name: "cancel",
  minutes: 10,
  run: async (context) => {
    const { short, say, cleanup } = context;
    const world = await beginRun();
    cleanup(() => endRun(world.folder));
    const git = await startGitServer(world, "127.0.0.1");
    const agent = await startAgentProcess(context);
    const silent = await silentServer(context);
    const marker = String(40_000 + Math.floor(Math.random() * 10_000));
    const app = await git.create("app", release("node-http", "old"), { from: appFolder("node-http") });
    const main: ServiceConfig["source"] = { type: "git", url: app.http, branch: app.branch, rootDirectory: "" };

    const project = await agent.client.projects.create({ name: "Cancel" });
    const config: ServiceConfig = {
      source: main, port: 3000, healthPath: "/health", healthSeconds: 120, drainSeconds: 1, replicas: 1, startCommand: null, imageHealth: false, site: null,
    };
    const service = await agent.client.services.create({ environmentId: project.environments[0]!.id, name: "web", shape: "web", config, hostname: HOSTNAME });
    const pulled = await agent.client.services.create({
      environmentId: project.environments[0]!.id,
      name: "pulled",
      shape: "web",
      config: { ...config, source: { type: "image", reference: `127.0.0.1:${silent}/app:1` } },
    });
    const first = await agent.deployed((await agent.client.deployments.start({ serviceId: service.id })).id);
    if (first.problem) throw new Error(first.problem.message);

    const cases: Case[] = [
      {
        name: "source: a Git host that never answers",
        step: "source",
        config: { source: { ...main, url: `http://127.0.0.1:${silent}/app.git` } as ServiceConfig["source"] },
        works: (found) => found.some(({ command }) => command.includes("git")),
      },
      {
        name: "source: a registry that never answers",
        step: "source",
        config: null,
        works: () => true,
      },
      {
        name: "build: a step that never ends",
        step: "build",
        config: {},
        prepare: () => app.commit({ Dockerfile: `FROM node:24-slim\nRUN sleep ${marker}\n` }, "Sleep"),
        works: (found) => found.some(({ command }) => command.includes(`sleep ${marker}`)),
      },
      {
        name: "check: an app that never listens",
        step: "check",
        config: {},
        prepare: () => app.commit({ ...release("node-http", "silent", "never-listens"), Dockerfile: `FROM node:24-slim\nCOPY . .\nENV AEROPLANE_BAR=${marker}\nCMD ["node", "server.mjs", "${marker}"]\n` }, "Silent"),
        works: (found) => found.some(({ command }) => command.includes(`server.mjs ${marker}`)),
      },
    ];
    const rounds = short ? 1 : 5;
    const worst: Record<string, number> = {};
    let failures = 0;
    let count = 0;
    for (let round = 0; round < rounds; round += 1) {
      for (const one of cases) {
        await one.prepare?.();
        const { gone, problems } = await cancelOnce(agent, one.config === null ? pulled : service, one, marker);
        count += 1;
        worst[one.step] = Math.max(worst[one.step] ?? 0, gone);
        for (const problem of problems) say(`  ${one.name}: ${problem}`);
        failures += problems.length;
        say(`${one.name}: gone after ${gone} ms`);
      }
    }
    const slow = short ? 0 : Object.values(worst).filter((ms) => ms > LIMIT_MS).length;
    const figures = Object.entries(worst).map(([step, ms]) => `${step} ${ms} ms`);
    return {
      ok: failures === 0 && slow === 0,
      figure: `cancel: ${count} cancellations, ${failures} failures; slowest ${figures.join(", ")} (allowed ${LIMIT_MS} ms)`,
    };
  },
});

/** Starts a deployment, cancels it in the wanted step, and tells how long its processes lived and what was left. */
async function cancelOnce(agent: AgentProcess, service: Service, one: Case, marker: string) {
  const { client } = agent;
  const problems: string[] = [];
  if (one.config !== null) await client.services.update({ id: service.id, config: { ...serviceConfig.parse(service.config), ...one.config } });
  const before = await tracesOf(agent);
  const { id } = await client.deployments.start({ serviceId: service.id });
  const isInStep = async () => {
    const { steps, endedAt, problem } = await client.deployments.get({ id });
    if (endedAt !== null) throw new Error(`it ended before it could be cancelled: ${problem?.message} ${problem?.detail ?? ""}`);
    return steps.find(({ name }) => name === one.step)?.state === "running";
  };
  const own = async () => {
    const found = [...(await descendants(agent.pid())), ...(await processes()).filter(({ command }) => command.includes(marker))];
    const caddies = await Promise.all(found.map(({ pid }) => isCaddy(pid)));
    return found.filter((_, at) => !caddies[at]);
  };
  await until(`the step ${one.step}`, async () => (await isInStep()) && one.works(await own()), { within: 60_000, every: 30 }).catch(
    async (error: Error) => {
      const { steps, problem } = await client.deployments.get({ id });
      const log = (await agent.logSoFar(id)).map(({ text }) => text).join("\n");
      throw new Error(`${error.message} ${JSON.stringify({ steps, problem })}\n${log.slice(-3000)}`, { cause: error });
    },
  );
  // Into the middle of it.
  await pause(150);
  const working = await own();

  const begun = performance.now();
  await client.deployments.cancel({ id });
  await until("the end of its processes", async () => (await Promise.all(working.map(isRunning))).every((runs) => !runs), {
    within: 60_000,
    every: 20,
  }).catch((error: Error) => problems.push(error.message));
  const gone = Math.round(performance.now() - begun);

  const ended = await agent.deployed(id);
  if (ended.state !== "cancelled") problems.push(`ended as ${ended.state}: ${ended.problem?.message}`);
  // What a cleanup takes meanwhile is nothing of ours, and what it or a question to an app is at work with goes by itself.
  let left = difference(before, await tracesOf(agent));
  const nothingLeft = async () => Object.keys((left = difference(before, await tracesOf(agent), left))).length === 0;
  await until("nothing left behind", nothingLeft, { within: 15_000 }).catch(() => problems.push(`left behind: ${JSON.stringify(left)}`));
  const answer = await agent.fetch(HOSTNAME);
  if (answer.body.trim() !== "old") problems.push(`the old release answers ${answer.status} ${answer.body.slice(0, 80)}`);
  return { gone, problems };
}

/** What is there since, by its kind; of what was `left` at an earlier look only. */
function difference(before: Traces, after: Traces, left: Partial<Traces> = after): Partial<Traces> {
  const kinds = Object.keys(after) as (keyof Traces)[];
  const found = kinds.map((kind) => [kind, after[kind].filter((one) => !before[kind].includes(one) && left[kind]?.includes(one))] as const);
  return Object.fromEntries(found.filter(([, values]) => values.length > 0));
}

/** Takes connections and says nothing. */
async function silentServer({ cleanup }: BarContext): Promise<number> {
  const sockets = new Set<{ destroy(): void }>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on("error", () => {}).on("close", () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  cleanup(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return (server.address() as AddressInfo).port;
}
