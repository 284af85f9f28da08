// The short form: this machine instead of a server, and an sshd of our own on loopback.
import { prepareErrors } from "../../../agent/contract/errors/prepare.ts";
import { copyFile, readdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import type { ServiceConfig } from "../../../agent/contract/index.ts";
import { startSshd } from "../../contract/sshd.ts";
import { appFolder, release } from "../../world/apps/index.ts";
import { attempt, run } from "../../world/command.ts";
import { docker } from "../../world/docker.ts";
import { startGitServer } from "../../world/git/server.ts";
import { beginRun, endRun } from "../../world/run.ts";
import { startAgentProcess, type AgentProcess } from "../agent-process.ts";
import type { BarContext } from "../frame.ts";
import { checkSockets, checkWebHost, type Checks } from "./checks.ts";
import { openDesk } from "./desk.ts";
import { listeners, type Machine } from "./probe.ts";

const NOBODY = "65534";

const thisMachine: Machine = { exec: (argv) => run(argv), tryExec: (argv) => attempt(argv) };

/** How preparing ends on a machine that is no server: with a check's own code, or because nobody chose to go on without systemd. */
const notPrepared = new Set(["CANCELLED", ...Object.keys(prepareErrors)]);

export async function shortForm(context: BarContext, checks: Checks): Promise<number> {
  const { say, signal, cleanup } = context;
  const world = await beginRun();
  cleanup(() => endRun(world.folder));
  const agent = await startAgentProcess(context);
  const git = await startGitServer(world, "127.0.0.1");
  const app = await git.create("app", release("node-http", "one"), { from: appFolder("node-http") });
  const container = await deployApp(agent, { type: "git", url: app.http, branch: app.branch, rootDirectory: "" });

  checks.check("TCP listeners of the agent and what it started", await listeners(thisMachine, await processesOf(agent.dataDir)), [`127.0.0.1:${agent.httpPort} caddy`]);
  // The checkout may lie where another user cannot pass.
  const node = join(agent.dataDir, "probe-node");
  await copyFile(process.execPath, node);
  const agentSocket = join(agent.dataDir, "agent.sock");
  const place = { machine: thisMachine, folders: [agent.dataDir], agentSocket, node, stranger: NOBODY, caddyRun: join(agent.dataDir, "caddy", "run"), container };
  const sockets = await checkSockets(place, checks, say);

  const desk = await openDesk();
  cleanup(() => (desk.desktop.close(), rm(desk.home, { recursive: true, force: true })));
  await checkWebHost(desk, checks);

  const folder = join(desk.home, "sshd");
  const sshd = await startSshd(folder);
  const { id } = await desk.desktop.servers.add({ user: sshd.user, address: sshd.address, port: sshd.port, auth: { type: "key", path: sshd.keyPath } });
  // This machine need not be a server that can be prepared: to be signed in is enough.
  const first = await desk.settled(id, signal);
  checks.check("a new host key, accepted", first.state === "ready" || (first.state === "failed" && notPrepared.has(first.problem.code)), true);
  await sshd.stop();
  await rm(join(folder, "host"));
  await rm(join(folder, "host.pub"));
  const changed = await startSshd(folder, [], { port: sshd.port });
  cleanup(changed.stop);
  desk.desktop.servers.connect(id);
  const refused = await desk.settled(id, signal);
  checks.check("a changed host key", refused.state === "failed" && refused.problem.code, "HOST_KEY_CHANGED");
  return sockets;
}

async function deployApp({ client, deployed }: AgentProcess, source: ServiceConfig["source"]): Promise<string> {
  const project = await client.projects.create({ name: "Tunnel" });
  const service = await client.services.create({ environmentId: project.environments[0]!.id, name: "app", shape: "web", hostname: "app.tunnel.test", config: { source, port: 3000, healthPath: "/health", drainSeconds: 1 } });
  const ended = await deployed((await client.deployments.start({ serviceId: service.id })).id);
  if (ended.problem) throw new Error(ended.problem.message);
  return (await docker(["ps", "--filter", `label=run.aeroplane.service=${service.id}`, "--format", "{{.Names}}"])).trim();
}

/** Everything whose command names that folder: the agent itself, and Caddy. */
async function processesOf(dataDir: string): Promise<Set<number>> {
  const found = new Set<number>();
  for (const entry of (await readdir("/proc")).filter((name) => /^\d+$/.test(name))) {
    if ((await readFile(`/proc/${entry}/cmdline`, "utf8").catch(() => "")).includes(dataDir)) found.add(Number(entry));
  }
  return found;
}
