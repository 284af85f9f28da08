// An agent as a process of its own on this machine's Docker, so that a bar can kill it and start it again.
import { spawn, type ChildProcess } from "node:child_process";
import { closeSync, openSync } from "node:fs";
import { chmod, readFile, rm } from "node:fs/promises";
import { get, type IncomingHttpHeaders } from "node:http";
import { join } from "node:path";
import type { Deployment, Job, LogLine } from "../../agent/contract/index.ts";
import { createAgentClient, type AgentClient } from "../../src/desktop/agent/client.ts";
import { NODE_WORDS } from "../../src/desktop/bootstrap/node-words.ts";
import { openSocket } from "../../src/desktop/local/transport.ts";
import { run } from "../world/command.ts";
import { ownedFolder } from "../world/folder.ts";
import { freePort } from "../world/git/server.ts";
import { buildxBin, caddyBin } from "../world/parts.ts";
import { until } from "../world/wait.ts";
import type { BarContext } from "./frame.ts";

const main = join(import.meta.dirname, "../../agent/src/main.ts");

export type Answer = { status: number; headers: IncomingHttpHeaders; body: string };

export type AgentProcess = {
  client: AgentClient["client"];
  dataDir: string;
  httpPort: number;
  instanceId: () => string;
  pid: () => number;
  /** Runs now, or ends by itself with this signal. */
  exited: () => Promise<NodeJS.Signals | null>;
  kill: () => Promise<void>;
  start: (env?: Record<string, string>) => Promise<void>;
  /** GET through Caddy, on a connection of its own. */
  fetch: (hostname: string, path?: string) => Promise<Answer>;
  deployed: (id: string) => Promise<Deployment>;
  ended: (jobId: string) => Promise<Job>;
  /** What its log holds now, of one that may still run. */
  logSoFar: (deploymentId: string) => Promise<LogLine[]>;
  logOf: (deploymentId: string) => Promise<LogLine[]>;
};

export type AgentProcessOptions = {
  dockerSocket?: string;
  dataDir?: string;
  prefix?: string;
  /** The agent as servers get it, instead of its sources. */
  bundle?: string;
  /** Of every start. */
  env?: Record<string, string>;
  /** Words for Node itself, before the program. */
  node?: string[];
};

/** Everything it made is gone after the bar. */
export async function startAgentProcess(
  { cleanup }: Pick<BarContext, "cleanup">,
  { dockerSocket = "/var/run/docker.sock", dataDir, prefix = "bar", bundle, env: always = {}, node = [] }: AgentProcessOptions = {},
): Promise<AgentProcess> {
  const folder = dataDir ?? (await ownedFolder(prefix));
  // Caddy's own user passes through to routes and sites.
  await chmod(folder, 0o711);
  const socket = join(folder, "agent.sock");
  const httpPort = await freePort("127.0.0.1");
  const parts = ["--caddy", await caddyBin(), "--buildx", await buildxBin()];
  const place = ["--data-dir", folder, "--docker-socket", dockerSocket, "--http-port", String(httpPort), "--http-address", "127.0.0.1"];
  const program = [...node, ...NODE_WORDS, bundle ?? main];
  let child: ChildProcess | null = null;
  let ended: Promise<NodeJS.Signals | null> = Promise.resolve(null);
  let instance = "";

  async function start(env: Record<string, string> = {}): Promise<void> {
    // Its log goes to a file: a killed agent must not take its last words with it.
    const log = openSync(join(folder, "agent.log"), "a");
    const words = openSync(join(folder, "agent.ready"), "w");
    const mine = spawn(process.execPath, [...program, "serve", ...place, ...parts, "--socket", socket], {
      stdio: ["ignore", words, log],
      env: { ...process.env, ...always, ...env },
    });
    closeSync(log);
    closeSync(words);
    child = mine;
    ended = new Promise((resolve) => mine.once("exit", (_, signal) => resolve(signal)));
    const ready = await until(
      "the agent's sockets",
      async () => {
        if (mine.exitCode !== null || mine.signalCode !== null) throw new Error(`the agent ended with ${mine.exitCode}: ${(await readFile(join(folder, "agent.log"), "utf8")).slice(-2000)}`);
        const said = await readFile(join(folder, "agent.ready"), "utf8");
        return said.includes("\n") && (JSON.parse(said) as { instanceId: string });
      },
      { within: 120_000, every: 20 },
    );
    instance = ready.instanceId;
  }
  async function kill(): Promise<void> {
    child?.kill("SIGKILL");
    await ended;
    child = null;
  }
  cleanup(async () => {
    await kill();
    await run([process.execPath, "--disable-warning=ExperimentalWarning", main, "purge", ...place, ...parts.slice(0, 2)]);
    await rm(folder, { recursive: true, force: true });
  });
  await start();

  const { client } = createAgentClient(() => openSocket(socket));
  return {
    client,
    dataDir: folder,
    httpPort,
    instanceId: () => instance,
    pid: () => child?.pid ?? 0,
    exited: () => ended,
    kill,
    start,
    fetch: (hostname, path = "/") => ask(httpPort, hostname, path),
    deployed: (id) => settled(() => client.deployments.get({ id })),
    ended: (id) => settled(() => client.jobs.get({ id })),
    async logSoFar(id) {
      for await (const { lines } of await client.deployments.log({ id })) return lines;
      return [];
    },
    async logOf(id) {
      const lines: LogLine[] = [];
      for await (const batch of await client.deployments.log({ id })) {
        lines.push(...batch.lines);
        if (batch.ended) break;
      }
      return lines;
    },
  };
}

function settled<T extends { endedAt: number | null }>(read: () => Promise<T>): Promise<T> {
  return until(
    "the end of the job",
    async () => {
      const found = await read();
      return found.endedAt !== null && found;
    },
    { within: 300_000, every: 50 },
  );
}

function ask(port: number, hostname: string, path: string): Promise<Answer> {
  return new Promise((resolve, reject) => {
    get({ host: "127.0.0.1", port, path, headers: { host: hostname }, agent: false, timeout: 30_000 }, (response) => {
      let body = "";
      response.setEncoding("utf8").on("data", (text: string) => (body += text));
      response.on("end", () => resolve({ status: response.statusCode ?? 0, headers: response.headers, body }));
      response.on("error", reject);
    })
      .on("timeout", function (this: { destroy(error: Error): void }) {
        this.destroy(new Error("no answer within 30 s"));
      })
      .on("error", reject);
  });
}
