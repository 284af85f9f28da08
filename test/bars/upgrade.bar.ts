// A server's agent is upgraded by the app itself, under load and during a build; then by bad agents whose migration ruins the data.
import { mkdtempSync } from "node:fs";
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Server as Listed } from "../../src/contract/index.ts";
import { makeLoad, phaseLine, type Load } from "../load/load.ts";
import { appFolder, release } from "../world/apps/index.ts";
import { raiseWorld, type World } from "../world/raise.ts";
import type { Server } from "../world/server.ts";
import { until } from "../world/wait.ts";
import { whenSeen } from "./seen.ts";
import { bar, type BarContext } from "./frame.ts";
import { openDesk, type Desk } from "./tunnel/desk.ts";
import { makeRelease, type Fault, type Release } from "./upgrade/agents.ts";
import { buildLogWrong, leash } from "./upgrade/build.ts";
import { contentsOf, differences, leftOfTrial, switches } from "./upgrade/contents.ts";
import { updateParts } from "./upgrade/parts.ts";
import { storms } from "./upgrade/storms.ts";

const OLD = "1.0.0";
const NEW = "1.1.0";

/** One person's app in one release after the other, over the same folder. */
export type Seat = { home: string; server: Server; serverId: string; open(release: Release): Promise<{ desk: Desk; found: Listed }> };

export default bar({
  name: "upgrade",
  minutes: 20,
  async run(context) {
    const { short, say, signal, cleanup } = context;
    const bundles = mkdtempSync(join(tmpdir(), "upgrade-"));
    cleanup(() => rm(bundles, { recursive: true, force: true }));
    const [old, good] = await Promise.all([makeRelease(bundles, OLD), makeRelease(bundles, NEW, { migrations: 1 })]);
    const faults: Fault[] = short ? ["dies"] : ["dies", "is silent", "cannot read"];
    const bad = await Promise.all(faults.map(async (fault, index) => ({ fault, ...(await makeRelease(bundles, `1.2.${index}`, { migrations: 1, fault })) })));

    const world = await raiseWorld();
    cleanup(() => world.stop());
    const seat = await timed(say, `a server prepared with ${OLD}`, () => takeSeat(context, world, old));
    const wrong: string[] = [];
    const build = await leash(world.gateway, context);
    const before = await seat.open(old);
    const apps = await timed(say, "an app that serves, and a build that goes on", () => deployApps(world, before.desk.agentOf(seat.serverId), build.dockerfile, signal));
    const load = await startLoad(context, world, seat.server);
    const contents = await contentsOf(seat.server);
    before.desk.desktop.close();

    await load.phase("upgrade");
    const upgraded = await timed(say, `${OLD} → ${NEW}`, () => seat.open(good));
    if (upgraded.found.hello?.agentVersion !== NEW || upgraded.found.notice) wrong.push(`after the upgrade: ${upgraded.found.hello?.agentVersion}, ${upgraded.found.notice?.message}`);
    const after = await contentsOf(seat.server);
    wrong.push(...differences(contents, after), ...(await leftOfTrial(seat.server)));
    if (after.schema !== contents.schema + 1) wrong.push(`the store has schema ${after.schema}`);
    upgraded.desk.desktop.close();

    let undone = 0;
    for (const one of bad) {
      await load.phase(one.fault);
      const found = await timed(say, `${NEW} → ${one.version}, which ${one.fault}`, () => refuse(seat, one));
      if (found.length === 0) undone += 1;
      wrong.push(...found, ...differences(after, await contentsOf(seat.server)), ...(await leftOfTrial(seat.server)));
    }

    await load.phase("an older app beside it");
    wrong.push(...(await besideOlder(seat, old, good)));
    const { desk } = await seat.open(good);
    const agent = desk.agentOf(seat.serverId);
    if ((await agent.deployments.get({ id: apps.building })).state !== "running") wrong.push("the build did not last as long as the upgrades");
    build.release();
    const ended = await until("the end of the build", async () => {
      const deployment = await agent.deployments.get({ id: apps.building });
      return deployment.endedAt !== null && deployment;
    }, { within: 300_000, signal });
    if (ended.state !== "succeeded") wrong.push(`the build's deployment ${ended.state}: ${ended.problem?.message} ${ended.problem?.detail ?? ""}`);
    const log = [];
    for await (const batch of await agent.deployments.log({ id: apps.building })) log.push(...batch.lines);
    wrong.push(...buildLogWrong(log));
    for (const id of apps.services) {
      const { name, state } = await whenSeen(agent, id, signal);
      if (state !== "live") wrong.push(`${name} is ${state}`);
    }

    const results = await load.finish();
    for (const result of results) {
      say(phaseLine(result));
      for (const failure of result.failures) say(`  ${failure}`);
    }
    const partsWrong = await timed(say, "other parts of the same agent", () => updateParts(desk, seat.server, seat.serverId, context));
    wrong.push(...partsWrong);
    desk.desktop.close();
    const cut = short ? "" : await storms(context, seat, bundles, wrong);
    for (const line of wrong) say(`wrong: ${line}`);
    const [sent, failed] = [sum(results, "sent"), sum(results, "failed")];
    return {
      ok: wrong.length === 0 && failed === 0 && undone === bad.length,
      figure: `upgrade: ${failed} failed of ${sent} requests over 1 upgrade and ${bad.length} bad ones, ${undone} undone by themselves; parts updated${short ? "" : ", and undone where bad"}: ${partsWrong.length === 0 ? "yes" : "no"}; build ${ended.state}, ${log.length} lines${cut}; ${wrong.length} wrong`,
    };
  },
});

const sum = (results: { sent: number; failed: number }[], key: "sent" | "failed") => results.reduce((total, result) => total + result[key], 0);

async function timed<T>(say: (line: string) => void, what: string, act: () => Promise<T>): Promise<T> {
  const began = performance.now();
  const result = await act();
  say(`${what}: ${((performance.now() - began) / 1000).toFixed(1)} s`);
  return result;
}

async function takeSeat({ cleanup, signal }: BarContext, world: World, first: Release): Promise<Seat> {
  const server = await world.server("ready");
  const opened: Desk[] = [];
  cleanup(async () => {
    for (const desk of opened) desk.desktop.close();
    await rm(desk.home, { recursive: true, force: true });
  });
  const desk = await openDesk({ version: first.version, agentBundle: first.bundle });
  opened.push(desk);
  const { id } = await desk.desktop.servers.add({ user: "root", address: server.address, port: 22, auth: { type: "key", path: server.privateKeyPath } });
  const connection = await desk.settled(id, signal);
  if (connection.state === "failed") throw new Error(`${connection.problem.message} ${connection.problem.detail ?? ""}`);
  desk.desktop.close();
  return {
    home: desk.home,
    server,
    serverId: id,
    async open({ version, bundle }) {
      const next = await openDesk({ home: desk.home, version, agentBundle: bundle });
      opened.push(next);
      const state = await next.settled(id, signal);
      if (state.state === "failed") throw new Error(`${version}: ${state.problem.message} ${state.problem.detail ?? ""}`);
      return { desk: next, found: next.desktop.servers.list().find((one) => one.id === id)! };
    },
  };
}

async function deployApps(world: World, agent: ReturnType<Desk["agentOf"]>, dockerfile: string, signal: AbortSignal) {
  const { environments } = await agent.projects.create({ name: "Shop" });
  const make = async (name: string, files: Record<string, string>) => {
    const repository = await world.git.create(name, { ...release("node-http", name), ...files }, { from: appFolder("node-http") });
    const source = { type: "git" as const, url: repository.http, branch: repository.branch };
    const variables = { SECRET: `kept-${name}`, OTHER: "two" };
    return await agent.services.create({ environmentId: environments[0]!.id, name, shape: "web", hostname: `${name}.${world.run}.test`, config: { source, port: 3000, healthPath: "/health", drainSeconds: 1 }, variables });
  };
  const [web, slow] = [await make("web", {}), await make("slow", { Dockerfile: dockerfile })];
  const { id } = await agent.deployments.start({ serviceId: web.id });
  await until("the app", async () => {
    const { state, problem } = await agent.deployments.get({ id });
    if (problem) throw new Error(`${problem.message} ${problem.detail ?? ""}`);
    return state === "succeeded";
  }, { within: 300_000, signal });
  const { id: building } = await agent.deployments.start({ serviceId: slow.id });
  let lines = 0;
  for await (const batch of await agent.deployments.log({ id: building })) {
    lines += batch.lines.filter(({ text }) => /^line \d+$/.test(text)).length;
    if (lines >= 10) break;
    if (batch.ended) throw new Error(`the build ended: ${JSON.stringify((await agent.deployments.get({ id: building })).problem)}`);
  }
  return { building, services: [web.id, slow.id] };
}

async function startLoad({ short, cleanup }: BarContext, world: World, server: Server): Promise<Load> {
  const plan = { rate: short ? 25 : 100, path: "/", echoPath: "/echo", slowPath: short ? "/?slow=300" : "/?slow=2000", slowEvery: 20, timeoutSeconds: short ? 60 : 10 };
  const load = await makeLoad({ address: server.address, port: 80, hostname: `web.${world.run}.test`, ...plan });
  cleanup(() => load.stop());
  return load;
}

/** The old agent is back by itself, the window says so, and it is tried again only when a person wants it. */
async function refuse(seat: Seat, { version, bundle, fault }: Release & { fault: Fault }): Promise<string[]> {
  const { desk, found } = await seat.open({ version, bundle });
  const wrong: string[] = [];
  const { notice, hello } = found;
  if (hello?.agentVersion !== NEW || hello.trial) wrong.push(`${version} ${fault}: the agent ${hello?.agentVersion} answers`);
  if (notice?.code !== "UPGRADE_UNDONE") wrong.push(`${version} ${fault}: ${notice?.message ?? "nothing is said"}`);
  // One that goes on after its migration says much more, but then it says what it misses.
  const proof = fault === "cannot read" ? "subject" : "ruined: 0 variables, 1 projects renamed";
  if (!notice?.detail?.includes(proof) && !notice?.message.includes(proof)) wrong.push(`${version} ${fault}: its migration has not run: ${notice?.detail}`);
  desk.desktop.close();
  const begun = await switches(seat.server);
  const again = await seat.open({ version, bundle });
  if (again.found.notice?.code !== "UPGRADE_UNDONE") wrong.push(`${version} ${fault}: at the next connection ${again.found.notice?.message ?? "nothing is said"}`);
  if ((await switches(seat.server)) !== begun) wrong.push(`${version} ${fault}: it was tried again by itself`);
  again.desk.desktop.close();
  return wrong;
}

/** Both work at once, and the newer agent stays. */
async function besideOlder(seat: Seat, old: Release, good: Release): Promise<string[]> {
  const begun = await switches(seat.server);
  const [older, newer] = [await seat.open(old), await seat.open(good)];
  const wrong: string[] = [];
  if (older.found.notice?.code !== "AGENT_NEWER") wrong.push(`beside an older app: ${older.found.notice?.message ?? "nothing is said"}`);
  for (const { desk, found } of [older, newer]) {
    if (found.hello?.agentVersion !== NEW) wrong.push(`beside an older app the agent ${found.hello?.agentVersion} answers`);
    if ((await desk.agentOf(seat.serverId).projects.list({})).length !== 1) wrong.push("one of two apps sees no project");
    desk.desktop.close();
  }
  if ((await switches(seat.server)) !== begun) wrong.push("two apps took turns");
  return wrong;
}
