// Nothing listens but the apps: no port of the agent, sockets closed to all but their owner, a changed host key refused.
import { rm } from "node:fs/promises";
import { raiseWorld } from "../world/raise.ts";
import type { Server } from "../world/server.ts";
import { until } from "../world/wait.ts";
import { bar, type BarContext } from "./frame.ts";
import { checkSockets, checkWebHost, createChecks, type Checks } from "./tunnel/checks.ts";
import { openDesk, type Desk } from "./tunnel/desk.ts";
import { listeners } from "./tunnel/probe.ts";
import { shortForm } from "./tunnel/short.ts";

export default bar({
  name: "tunnel",
  minutes: 10,
  run: async (context) => {
    const checks = createChecks(context.say);
    const sockets = await (context.short ? shortForm(context, checks) : wholeForm(context, checks));
    const { length } = checks.wrong;
    return { ok: length === 0, figure: `tunnel: 0 TCP listeners of the agent, ${sockets} sockets closed to others, ${length} of all checks wrong` };
  },
});

async function wholeForm({ say, signal, cleanup }: BarContext, checks: Checks): Promise<number> {
  const world = await raiseWorld({ say, signal });
  cleanup(world.stop);
  const server = await world.server("ready");
  const desk = await openDesk();
  cleanup(() => (desk.desktop.close(), rm(desk.home, { recursive: true, force: true })));

  const before = await listeners(server);
  say(`before: ${before.join(", ")}`);
  const { id } = await desk.desktop.servers.add({ user: "root", address: server.address, port: 22, auth: { type: "key", path: server.privateKeyPath } });
  const first = await desk.settled(id, signal);
  if (first.state !== "ready") throw new Error(`The server is not ready: ${JSON.stringify(first)}`);
  const container = await deployApp(desk, id, server, signal);
  const after = await listeners(server);
  say(`after:  ${after.join(", ")}`);
  checks.check("new TCP listeners", after.filter((one) => !before.includes(one)), ["*:80 caddy"]);

  const node = (await server.exec(["sh", "-c", "ls -d /opt/aeroplane/parts/node-*/node"])).trim();
  const folders = ["/run/aeroplane", "/var/lib/aeroplane", "/opt/aeroplane"];
  const place = { machine: server, folders, agentSocket: "/run/aeroplane/root.sock", node, stranger: "guest", caddyRun: "/var/lib/aeroplane/caddy/run", container };
  const sockets = await checkSockets(place, checks, say);
  await checkWebHost(desk, checks);

  await changeHostKey(server);
  desk.desktop.servers.disconnect(id);
  desk.desktop.servers.connect(id);
  const refused = await desk.settled(id, signal);
  checks.check("a changed host key", refused.state === "failed" && refused.problem.code, "HOST_KEY_CHANGED");
  return sockets;
}

/** An app of the server's own; answers the name of its container once it is live. */
async function deployApp(desk: Desk, serverId: string, server: Server, signal: AbortSignal): Promise<string> {
  const agent = desk.agentOf(serverId);
  const project = await agent.projects.create({ name: "Tunnel" });
  const service = await agent.services.create({
    environmentId: project.environments[0]!.id,
    name: "app",
    shape: "web",
    hostname: "app.tunnel.test",
    config: { source: { type: "image", reference: "node:24-slim" }, port: 3000, startCommand: `node -e 'require("http").createServer((q, s) => s.end("ok")).listen(3000)'` },
  });
  const { id } = await agent.deployments.start({ serviceId: service.id });
  const ended = await until("the app's deployment", async () => {
    signal.throwIfAborted();
    const found = await agent.deployments.get({ id });
    return found.endedAt !== null && found;
  }, { within: 120_000, every: 200 });
  if (ended.state !== "succeeded") throw new Error(`The app was not deployed: ${JSON.stringify(ended.problem)}`);
  const name = await server.exec(["docker", "ps", "--filter", `label=run.aeroplane.service=${service.id}`, "--format", "{{.Names}}"]);
  return name.trim();
}

async function changeHostKey(server: Server): Promise<void> {
  await server.exec(["sh", "-c", "rm -f /etc/ssh/ssh_host_*; ssh-keygen -A"]);
  await server.exec(["systemctl", "restart", "ssh"]);
}
