// Apps that take all that they can get: their neighbour's visitors notice nothing, what keeps the server going lives on, and each is named with what it did.
import { readFile } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { freemem } from "node:os";
import { makeLoad, phaseLine } from "../load/load.ts";
import { firstEnvironment } from "../world/environment.ts";
import { docker } from "../world/docker.ts";
import { until } from "../world/wait.ts";
import type { AgentProcess } from "./agent-process.ts";
import { raiseFlight } from "./flight.ts";
import { bar } from "./frame.ts";
import { fillDisk } from "./limits/disk.ts";
import { GO, forkBomb, logFlood, memoryHog, rawSocket, type Attack } from "./limits/attacks.ts";
import { keepers } from "./limits/keepers.ts";

/** For the default limit of memory there must be so much more than that: others on this machine are to live as well. */
const ROOM = 4 * 1024 ** 3;

export default bar({
  name: "limits",
  minutes: 12,
  async run(context) {
    const { short, say, signal } = context;
    const attacks = short ? [forkBomb, memoryHog(128)] : [forkBomb, memoryHog(await hogLimit(say)), logFlood, rawSocket];
    const [rate, seconds] = short ? [50, 1] : [200, 20];
    const disk = short ? null : await fillDisk(context, rate);
    const flight = await raiseFlight(context, "limits");
    const { agent } = flight;
    const hostname = flight.hostname("neighbour");
    const neighbour = await flight.service("neighbour", hostname);
    await flight.deploy(neighbour.service.id);
    const before = await keepers(agent);

    const load = await makeLoad({ address: "127.0.0.1", port: agent.httpPort, hostname, rate, path: "/", echoPath: "/echo", slowPath: "/?slow=300", slowEvery: 20, timeoutSeconds: short ? 60 : 10 });
    context.cleanup(() => load.stop());
    await load.phase("alone");
    const environmentId = await firstEnvironment(agent.client, flight.projectId);
    const named: string[] = [];
    // In the short form at once, so that they cost no more than the slowest of them.
    const one = async (attack: Attack) => {
      if (!short) await load.phase(attack.name);
      const id = await deployed(agent, environmentId, attack);
      await begin(agent, id);
      if (attack.named !== null) named.push(`${attack.name}: ${await nameOf(agent, id, attack.name, attack.named)}`);
      say(named.at(-1) ?? attack.name);
      await sleep(seconds * 1000, undefined, { signal });
      await agent.ended((await agent.client.services.stop({ id })).job.id);
    };
    if (short) await load.phase("attacked");
    if (short) await Promise.all(attacks.map(one));
    else for (const attack of attacks) await one(attack);
    await load.phase("after");
    await sleep(1000, undefined, { signal });
    const results = await load.finish();
    const after = await keepers(agent);
    for (const result of results) {
      say(phaseLine(result));
      for (const failure of result.failures.slice(0, 5)) say(`  ${failure}`);
    }
    if (disk !== null) {
      results.push(...disk.results);
      named.push(`disk-filler: ${disk.named}`);
    }
    const [sent, failed] = [results.reduce((sum, each) => sum + each.sent, 0), results.reduce((sum, each) => sum + each.failed, 0)];
    const alive = Object.keys(before).filter((name) => before[name] !== null && before[name] === after[name]);
    const { state, crashes } = await agent.client.services.get({ id: neighbour.service.id });
    return {
      ok: failed === 0 && alive.length === Object.keys(before).length && (disk === null || disk.alive) && state === "live" && crashes === null,
      figure: `limits: ${failed} failed of ${sent} of the neighbour's at ${rate}/s beside ${attacks.length + (disk === null ? 0 : 1)} attacks; ${alive.join(", ")} of ${Object.keys(before).join(", ")} lived on; ${named.join("; ")}`,
    };
  },
});

/** Undefined: the default of three quarters, where the machine has room for that beside what runs on it. */
async function hogLimit(say: (line: string) => void): Promise<number | undefined> {
  const total = Number(/^MemTotal:\s+(\d+)/m.exec(await readFile("/proc/meminfo", "utf8"))?.[1]) * 1024;
  if (freemem() > total * 0.75 + ROOM) return undefined;
  say("the memory hog has a limit of its own: this machine has no room for the default one beside what runs on it");
  return 512;
}

async function deployed({ client, deployed: ended }: AgentProcess, environmentId: string, { name, program, config }: Attack): Promise<string> {
  const source = { type: "image" as const, reference: "node:24-slim" };
  const { id } = await client.services.create({ environmentId, name, shape: "worker", config: { source, healthSeconds: 1, drainSeconds: 0, stopSeconds: 1, startCommand: `node -e '${program}'`, ...config } });
  const { problem } = await ended((await client.deployments.start({ serviceId: id })).id);
  if (problem !== null) throw new Error(`${name}: ${problem.message}`);
  return id;
}

async function begin({ client }: AgentProcess, id: string): Promise<void> {
  const { instances } = await client.services.get({ id });
  await docker(["exec", instances.find(({ state }) => state === "live")!.containerName!, "touch", GO]);
}

const nameOf = ({ client }: AgentProcess, id: string, name: string, named: NonNullable<Attack["named"]>): Promise<string> =>
  until(`the cause of ${name} to be named`, async () => named({ service: await client.services.get({ id }) }), { within: 240_000, every: 200 });
