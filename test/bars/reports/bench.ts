// What the cases stand on: one agent, one Git server, and images of this machine.
import { chown, copyFile, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { get } from "node:http";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { shapes } from "../../../agent/contract/index.ts";
import { accountsOf } from "../../../agent/src/sandbox/index.ts";
import type { Files } from "../../world/git/repositories.ts";
import { buildImage, tryDocker } from "../../world/docker.ts";
import { freePort, startGitServer } from "../../world/git/server.ts";
import { raiseWorld } from "../../world/raise.ts";
import type { Server } from "../../world/server.ts";
import { beginRun, endRun } from "../../world/run.ts";
import { startAgentProcess, type Answer } from "../agent-process.ts";
import type { BarContext } from "../frame.ts";
import type { Bench, Deployed, DeployOptions } from "./case.ts";

export async function raiseBench(context: BarContext): Promise<Bench> {
  const { cleanup, signal } = context;
  const folder = await mkdtemp(join(tmpdir(), "aeroplane-reports-"));
  cleanup(() => rm(folder, { recursive: true, force: true }));
  const world = await beginRun();
  cleanup(() => endRun(world.folder));
  const [git, agent, nobody] = await Promise.all([startGitServer(world, "127.0.0.1"), startAgentProcess(context, { prefix: "reports" }), freePort("127.0.0.1")]);
  const { environments } = await agent.client.projects.create({ name: `Reports ${world.name}` });
  // In the short form none fails for being late: a busy machine starts an app slowly.
  const healthSeconds = context.short ? 120 : 6;
  let count = 0;
  let server: Promise<Server> | undefined;

  async function ended(service: Deployed["service"], hostname: string): Promise<Deployed> {
    signal.throwIfAborted();
    const done = await agent.deployed((await agent.client.deployments.start({ serviceId: service.id })).id);
    return { service, hostname, ended: done, outcome: done.problem?.code ?? "live" };
  }
  return {
    agent,
    run: world.name,
    folder,
    signal,
    repository: (files, options) => git.create(`r${(count += 1)}`, files, options),
    async holdGitKey() {
      const { uid, gid } = accountsOf(agent.instanceId())!.sandbox;
      const place = join(agent.dataDir, "sources", "home", ".ssh");
      await mkdir(place, { recursive: true, mode: 0o700 });
      await copyFile(git.privateKeyPath, join(place, "id_ed25519"));
      for (const path of [place, join(place, "id_ed25519")]) await chown(path, uid, gid);
    },
    async deploy({ shape = "static", hostname, config, variables = {} }: DeployOptions) {
      const name = `s${(count += 1)}`;
      const chosen = hostname ?? `${name}.${world.name}.test`;
      const service = await agent.client.services.create({
        environmentId: environments[0]!.id,
        name,
        shape,
        hostname: shapes[shape].routed ? chosen : null,
        variables,
        config: { drainSeconds: 0, healthSeconds, source: { type: "image", reference: "node:24-slim" }, ...config },
      });
      return ended(service, service.hostname ?? "");
    },
    again: ({ service, hostname }) => ended(service, hostname),
    get: (hostname, path = "/", headers = {}) => ask(agent.httpPort, hostname, path, headers),
    async image(files) {
      const reference = `127.0.0.1:${nobody}/reports/i${(count += 1)}:${world.name}`;
      const place = join(folder, `image-${count}`);
      await writeFiles(place, files);
      await buildImage(["--tag", reference, place]);
      cleanup(() => tryDocker(["image", "rm", "--force", reference]));
      return reference;
    },
    server: () => (server ??= raiseServer(context)),
    logOf: async ({ ended: { id } }) => (await agent.logOf(id)).map(({ text }) => text).join("\n"),
  };
}

async function raiseServer({ cleanup }: BarContext): Promise<Server> {
  const world = await raiseWorld();
  cleanup(() => world.stop());
  const server = await world.server("bare");
  await server.exec(["sh", "-c", "apt-get update && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends tcsh sudo-rs"]);
  return server;
}

export async function writeFiles(folder: string, files: Files): Promise<void> {
  for (const [path, content] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), content ?? "", { mode: path.endsWith(".sh") || path === "init" ? 0o755 : 0o644 });
  }
}

function ask(port: number, hostname: string, path: string, headers: Record<string, string>): Promise<Answer> {
  return new Promise((resolve, reject) => {
    get({ host: "127.0.0.1", port, path, headers: { ...headers, host: hostname }, agent: false, timeout: 30_000, maxHeaderSize: 2 ** 20 }, (response) => {
      let body = "";
      response.setEncoding("utf8").on("data", (text: string) => (body += text));
      response.on("end", () => resolve({ status: response.statusCode ?? 0, headers: response.headers, body }));
      response.on("error", reject);
    }).on("error", reject);
  });
}
