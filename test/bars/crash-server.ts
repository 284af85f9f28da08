// The power cable of a whole server is pulled at random points of deployments.
import { setTimeout as pause } from "node:timers/promises";
import { raiseWorld } from "../world/raise.ts";
import { until } from "../world/wait.ts";
import { createKinds, GRACE_SECONDS, type CrashKind } from "./crash-kinds.ts";
import { inconsistencies, ofJobs, type Look } from "./crash-state.ts";
import type { BarContext } from "./frame.ts";
import { installAgent } from "./server-agent.ts";

const KILLS = 10;
const LIMIT_SECONDS = 10 + GRACE_SECONDS;

export async function killServer({ say, cleanup, signal }: BarContext): Promise<{ kills: number; wrong: number; slowest: number }> {
  const world = await raiseWorld();
  cleanup(() => world.stop());
  const server = await world.server("ready");
  const agent = await installAgent(server, signal);
  const kinds = await createKinds(agent.client, world.git, world.run);
  const contents = new Map<string, string>();
  const deployAll = (content: (one: CrashKind) => string) =>
    Promise.all(
      kinds.map(async (one) => {
        await one.change(content(one));
        return { one, after: content(one), id: (await agent.client.deployments.start({ serviceId: one.service.id })).id };
      }),
    );
  // The second round is as long as the others will be: the kills fall all over it.
  let longest = 0;
  for (const round of ["first", "second"]) {
    const begun = performance.now();
    for (const { one, after, id } of await deployAll(({ kind }) => `${kind}-${round}`)) {
      const ended = await agent.deployed(id);
      if (ended.problem) throw new Error(`${one.kind}: ${ended.problem.message} ${ended.problem.detail ?? ""}`);
      contents.set(one.kind, after);
    }
    longest = performance.now() - begun;
  }
  say(`a round takes ${(longest / 1000).toFixed(1)} s when nobody pulls the cable`);
  const look: Look = {
    client: agent.client,
    docker: (...args) => server.exec(["docker", ...args]),
    fetch: agent.fetch,
    leftovers: async () => ofJobs((await server.exec(["sh", "-c", "ls -d /var/lib/aeroplane/sources/* /var/lib/aeroplane/tmp/jobs/* 2>/dev/null || true"])).split("\n")),
  };

  let wrong = 0;
  let slowest = 0;
  for (let kill = 1; kill <= KILLS; kill += 1) {
    signal.throwIfAborted();
    const deployments = await deployAll(({ kind }) => `${kind}-${kill}`);
    const moment = Math.round(Math.random() * longest);
    await pause(moment);
    await server.kill();
    await server.start();
    const begun = performance.now();
    const left = new Map<string, string[]>();
    let last = "the agent did not answer";
    await until(
      "a consistent state",
      async () => {
        await agent.client.instance.hello({});
        for (const { one, after, id } of deployments) {
          left.set(one.kind, await inconsistencies(look, one, id, contents.get(one.kind)!, after));
        }
        const open = [...left].flatMap(([kind, found]) => found.map((what) => `${kind}: ${what}`));
        last = open[0] ?? last;
        return open.length === 0;
      },
      { within: 60_000, every: 100, signal },
    ).catch((error: Error) => left.set("bar", [error.message]));
    const seconds = (performance.now() - begun) / 1000;
    slowest = Math.max(slowest, seconds);
    const problems = [...left].flatMap(([kind, found]) => found.map((what) => `${kind}: ${what}`));
    if (seconds > LIMIT_SECONDS) problems.push(`${seconds.toFixed(1)} s`);
    for (const { one, after, id } of deployments) {
      const { state } = await agent.client.deployments.get({ id });
      if (state === "succeeded") contents.set(one.kind, after);
    }
    say(`server killed after ${moment} ms: ${[...contents.values()].join(", ")} after ${seconds.toFixed(1)} s; last: ${last}`);
    for (const problem of problems) say(`  wrong: ${problem}`);
    wrong += problems.length;
  }
  return { kills: KILLS, wrong, slowest };
}
