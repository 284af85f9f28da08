// The agent on a server of the world, installed as the app itself installs it, and reached without a login.
import { spawn } from "node:child_process";
import { get } from "node:http";
import { join } from "node:path";
import type { Deployment } from "../../agent/contract/index.ts";
import { buildAgent } from "../../scripts/build-agent.mjs";
import { createAgentClient, type AgentClient } from "../../src/desktop/agent/client.ts";
import { socketOf } from "../../src/desktop/bootstrap/places.ts";
import { prepare } from "../../src/desktop/bootstrap/prepare.ts";
import { openSocket } from "../../src/desktop/local/transport.ts";
import type { ExecOptions, ExecResult, Transport } from "../../src/desktop/ssh/transport.ts";
import { docker, dockerBin } from "../world/docker.ts";
import { partsDir } from "../world/cache.ts";
import type { Server } from "../world/server.ts";
import { until } from "../world/wait.ts";

export type ServerAgent = {
  client: AgentClient["client"];
  fetch: (hostname: string, path?: string) => Promise<{ status: number; body: string }>;
  deployed: (id: string) => Promise<Deployment>;
};

const root = join(import.meta.dirname, "../..");

export async function installAgent(server: Server, signal: AbortSignal): Promise<ServerAgent> {
  const { outfile } = await buildAgent();
  const transport = inside(server);
  const { client } = createAgentClient(() => transport.openSocket(socketOf("root")));
  await prepare({
    transport,
    address: server.address,
    resources: { version: "0.0.1", agentBundle: outfile, folder: join(root, "resources"), cacheDir: partsDir, packages: join(root, "node_modules") },
    hello: () => client.instance.hello({}).catch(() => null),
    report: () => {},
    signal,
  });
  return {
    client,
    fetch: (hostname, path = "/") => ask(server.address, hostname, path),
    deployed: (id) =>
      until(
        "the end of the deployment",
        async () => {
          const found = await client.deployments.get({ id });
          return found.endedAt !== null && found;
        },
        { within: 180_000, every: 100 },
      ),
  };
}

/** A way into the server that survives its reboots: its files are seen through its first process. */
function inside(server: Server): Transport {
  return {
    async openSocket(path) {
      const pid = await docker(["inspect", "--format", "{{.State.Pid}}", server.name]);
      return openSocket(`/proc/${pid}/root${path}`);
    },
    exec: (argv, options) => execute([dockerBin, "exec", "--interactive", server.name, ...argv], options),
    close: () => {},
    closed: new Promise(() => {}),
  };
}

function execute([program, ...args]: readonly string[], { stdin, signal, onOutput }: ExecOptions = {}): Promise<ExecResult> {
  return new Promise((resolve, reject) => {
    const child = spawn(program!, args, { stdio: ["pipe", "pipe", "pipe"], signal });
    const result: ExecResult = { code: null, stdout: "", stderr: "" };
    const take = (into: "stdout" | "stderr") => (chunk: Buffer) => {
      result[into] += chunk.toString();
      onOutput?.(chunk);
    };
    child.stdout.on("data", take("stdout"));
    child.stderr.on("data", take("stderr"));
    child.stdin.on("error", () => {});
    child.on("error", reject);
    child.on("close", (code) => resolve({ ...result, code }));
    if (stdin === undefined || typeof stdin === "string") child.stdin.end(stdin);
    else stdin.pipe(child.stdin);
  });
}

function ask(host: string, hostname: string, path: string): Promise<{ status: number; body: string }> {
  return new Promise((resolve, reject) => {
    const call = get({ host, path, headers: { host: hostname }, agent: false, timeout: 30_000 }, (response) => {
      let body = "";
      response.setEncoding("utf8").on("data", (text: string) => (body += text));
      response.on("end", () => resolve({ status: response.statusCode ?? 0, body }));
      response.on("error", reject);
    });
    call.on("timeout", () => call.destroy(new Error("no answer within 30 s"))).on("error", reject);
  });
}
