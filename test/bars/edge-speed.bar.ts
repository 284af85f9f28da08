// What a request through Aeroplane's Caddy costs beside a bare one, and that no switch and no restart of it fails a visitor.
import { existsSync } from "node:fs";
import type { Route } from "../../agent/src/caddy/index.ts";
import { partCaddy } from "../world/parts.ts";
import { builtCaddy, chosenCaddy, newestCaddy, whyNoBuiltCaddy } from "../world/caddy.ts";
import { compare, isTooSlow, standHosts, type Compared } from "./edge-speed/compare.ts";
import { startApp } from "./edge-speed/proxies.ts";
import { restartUnderLoad } from "./edge-speed/restart.ts";
import { loadOn, startSample, switchUnderLoad } from "./edge-speed/switches.ts";
import { raiseEdge, type Edge } from "./edge/edge.ts";
import { bar, type BarContext } from "./frame.ts";

const HOSTS = [5, 500];
const INSTANCES = [1, 3];

export default bar({
  name: "edge-speed",
  minutes: 50,
  async run(context) {
    const { short, say } = context;
    const edge = await raiseEdge(context, "edge-speed");
    const wrong: string[] = [];
    const parts: string[] = [];

    const app = await startApp(context, edge);
    wrong.push(...(await answersRightly(edge, app.port)));
    if (!short) parts.push(await speeds(context, edge, app.port, wrong));

    const apps = [await startSample(context, "release-a"), await startSample(context, "release-b")];
    const known: Route = { serviceId: "switched", hostnames: ["switched.test"], target: apps[0]! };
    const later: Route = { serviceId: "switched-later", hostnames: ["switched-later.test"], target: apps[0]! };
    await edge.known([known]);
    await edge.caddy.sync([known, later]);
    for (const { serviceId, hostnames: [hostname] } of [known, later]) {
      const switched = await switchUnderLoad(context, edge, { serviceId, hostname: hostname!, apps, ...(short ? { switches: 150, rate: 100 } : { switches: 1000, rate: 800 }) });
      if (switched.failed > 0) wrong.push(`${switched.failed} requests failed over ${switched.switches} switches of ${hostname}`);
      if (!switched.bothSeen) wrong.push(`not both apps of ${hostname} were seen`);
      // Nothing of the time is asserted beside other tests.
      if (!short && switched.rate < 800 * 0.95) wrong.push(`only ${switched.rate.toFixed(0)} requests/s`);
      parts.push(`${hostname}: ${switched.failed} failed of ${switched.sent} over ${switched.switches} switches at ${switched.rate.toFixed(0)}/s`);
    }
    if (!short) parts.push(await restarts(context, edge, wrong));
    for (const line of wrong) say(`WRONG ${line}`);
    return { ok: wrong.length === 0, figure: `edge-speed: ${parts.join("; ")}${wrong.length > 0 ? `; WRONG: ${wrong.length}` : ""}` };
  },
});

/** A known host and a later one, one instance and three of them in turn, and a host that nobody has. */
async function answersRightly(edge: Edge, port: number): Promise<string[]> {
  const wrong: string[] = [];
  for (const instances of INSTANCES) {
    const { known, later } = await standHosts(edge, 6, instances, port);
    for (const host of [known, later, known.toUpperCase(), `${later}.`]) {
      const seen = new Map<string, number>();
      for (let count = 0; count < 30; count += 1) {
        const { status, body, headers } = await edge.ask(host);
        const name = status === 200 && headers.has("x-aeroplane-release") ? body.trim() : `status ${status}`;
        seen.set(name, (seen.get(name) ?? 0) + 1);
      }
      const even = [...seen].every(([name, count]) => name.startsWith("127.0.0.") && Math.abs(count - 30 / instances) <= 2);
      if (seen.size !== instances || !even) wrong.push(`${host} with ${instances} instances was answered by ${JSON.stringify(Object.fromEntries(seen))}`);
    }
    const { status } = await edge.ask("nobody.test");
    if (status !== 404) wrong.push(`a host that nobody has answers ${status}`);
  }
  return wrong;
}

async function speeds(context: BarContext, edge: Edge, port: number, wrong: string[]): Promise<string> {
  if (!existsSync("/usr/bin/wrk")) {
    wrong.push("there is no wrk on this machine: speed is not measured");
    return "speed not measured";
  }
  if (process.env["KAMAL_PROXY_BIN"] === undefined) context.say("kamal-proxy is skipped: KAMAL_PROXY_BIN names none");
  const all: Compared[] = [];
  for (const hosts of HOSTS) for (const instances of INSTANCES) all.push(...(await compare(context, edge, port, hosts, instances)));
  for (const one of all) {
    const what = `${one.way} with ${one.hosts} hosts, ${one.instances} instances, ${one.connections} connections`;
    if (isTooSlow(one)) wrong.push(`${what} has ${one.ratio.toFixed(2)} of bare Caddy`);
    if (one.wrong.length > 0) wrong.push(`${what}: ${one.wrong[0]}`);
  }
  const ways = [...new Set(all.map(({ way }) => way))];
  const range = (way: string) => all.filter((one) => one.way === way).map(({ ratio }) => ratio).sort((one, other) => one - other);
  return ways.map((way) => `${way} ${range(way)[0]!.toFixed(2)}–${range(way).at(-1)!.toFixed(2)} of bare`).join(", ");
}

async function restarts({ say, signal }: BarContext, edge: Edge, wrong: string[]): Promise<string> {
  // The other one: what servers get and the newest are two versions.
  const why = chosenCaddy() === undefined ? whyNoBuiltCaddy(newestCaddy) : undefined;
  if (why !== undefined) {
    say(`upgrades are skipped: ${why}`);
    return "restarts not measured";
  }
  const otherBin = chosenCaddy() === undefined ? await builtCaddy(newestCaddy, signal) : await partCaddy();
  const result = await restartUnderLoad({ load: loadOn(edge, "switched.test", 800), caddyOf: edge.caddyOf, bin: edge.bin, otherBin, restarts: 5, rest: 4 }, say);
  if (result.failedNew > 0) wrong.push(`${result.failedNew} new connections failed while Caddy restarted`);
  return `5 restarts and 2 upgrades: ${result.failedNew} new connections failed of ${result.sent} requests, ${result.resetKept} kept ones reset, slowest ${result.slowestMs} ms`;
}
