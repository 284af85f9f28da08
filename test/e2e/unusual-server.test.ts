import { rm } from "node:fs/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { leftovers } from "../bars/prepare/traces.ts";
import { ask } from "../bars/prepare/site.ts";
import { openDesk, type Desk } from "../bars/tunnel/desk.ts";
import { appFolder, release } from "../world/apps/index.ts";
import { raiseWorld, type World } from "../world/raise.ts";
import type { Server } from "../world/server.ts";
import { until } from "../world/wait.ts";

// A server without systemd whose login has sudo only with a password: everything is asked, and everything is taken back.
const possible = process.getuid?.() === 0;
const story = test.skipIf(!possible);

let world: World;
let server: Server;
let desk: Desk;
let id: string;
const asked: string[] = [];
const over = new AbortController();
const home = process.env.HOME;

beforeAll(async () => {
  if (!possible) return;
  world = await raiseWorld();
  server = await world.server("ready", { init: "none" });
  await server.exec(["sh", "-c", "printf 'Defaults logfile=/var/log/sudo.log, loglinelen=0\\ndeploy ALL=(ALL) ALL\\n' > /etc/sudoers.d/deploy"]);
  desk = await openDesk();
  void answer();
}, 300_000);
afterAll(async () => {
  over.abort();
  desk?.desktop.close();
  process.env.HOME = home;
  if (desk) await rm(desk.home, { recursive: true, force: true });
  await world?.stop();
});

/** A person who mistypes the sudo password once. */
async function answer(): Promise<void> {
  const { prompts } = desk.desktop;
  for await (const open of prompts.watch(over.signal)) {
    for (const prompt of open) {
      if (prompt.type === "host-key") prompts.answer(prompt.id, { type: "host-key", accept: true });
      if (prompt.type === "choices") {
        asked.push(...prompt.options.map((option) => option.id));
        prompts.answer(prompt.id, { type: "choices", chosen: prompt.options.map((option) => option.id) });
      }
      if (prompt.type === "secret") {
        asked.push(prompt.kind);
        prompts.answer(prompt.id, { type: "secret", value: prompt.reason ? server.users.deploy.password : "mistyped", remember: false });
      }
    }
  }
}

async function settled(): Promise<unknown> {
  for await (const [one] of desk.desktop.servers.watch(over.signal)) {
    const { connection } = one!;
    if (connection.state === "failed") return connection.problem;
    if (connection.state === "ready") return "ready";
  }
  return "over";
}

story("it is prepared by a login that has to give its password to sudo, which is asked again when it was wrong", async () => {
  ({ id } = await desk.desktop.servers.add({ user: "deploy", address: server.address, port: 22, auth: { type: "key", path: server.privateKeyPath } }));
  expect(await settled()).toBe("ready");
  expect(asked).toEqual(["sudo", "sudo", "unsupervised"]);
  expect(desk.desktop.servers.list()[0]!.hello!.startsAtBoot).toBe(false);
}, 300_000);

story("no process of the server was ever given the password as a word", async () => {
  // sudo itself writes every command line down.
  const log = await server.exec(["cat", "/var/log/sudo.log"]);
  expect(log).toContain("COMMAND=/usr/bin/sh -c");
  expect(log.includes(server.users.deploy.password)).toBe(false);
});

story("its agent and its sites are there, and the agent comes back when it is killed", async () => {
  const agent = desk.agentOf(id);
  const repository = await world.git.create("plain", release("static", "one"), { from: appFolder("static") });
  const hostname = `plain.${world.run}.test`;
  const project = await agent.projects.create({ name: "plain" });
  const service = await agent.services.create({ environmentId: project.environments[0]!.id, name: "site", shape: "static", hostname, config: { source: { type: "git", url: repository.http, branch: repository.branch }, site: { outputDirectory: "site" } } });
  const { id: deployment } = await agent.deployments.start({ serviceId: service.id });
  const ended = await until("the deployment", async () => {
    const found = await agent.deployments.get({ id: deployment });
    return found.endedAt !== null && found;
  }, { within: 120_000, every: 100 });
  expect(ended.problem).toBeNull();
  expect(await ask(server, { hostname, release: "one" })).toBe("one");

  const pid = async () => (await server.exec(["sh", "-c", "for p in /proc/[0-9]*; do case \"$(readlink $p/exe)\" in /opt/aeroplane/parts/node-*) echo ${p#/proc/};; esac; done"])).trim();
  const before = await pid();
  await server.exec(["kill", "-KILL", before]);
  await until("another agent", async () => !["", before].includes(await pid()), { within: 60_000 });
  expect(await ask(server, { hostname, release: "one" })).toBe("one");
}, 300_000);

story("uninstalled with its apps it leaves nothing behind", async () => {
  const last = { ended: false, problem: null as unknown };
  for await (const { ended, problem } of desk.desktop.servers.uninstall({ id, apps: "remove", confirm: server.address })) Object.assign(last, { ended, problem });
  expect(last).toEqual({ ended: true, problem: null });
  expect(await leftovers(server)).toEqual([]);
}, 300_000);
