// Ours beside a bare Caddy, in short rounds in turn: a busy moment of the machine meets both alike.
import type { Route } from "../../../agent/src/caddy/index.ts";
import type { Edge } from "../edge/edge.ts";
import type { BarContext } from "../frame.ts";
import { INSTANCES, startBare, startKamal, startWithoutHeader } from "./proxies.ts";
import { median, wrk, type Round } from "./wrk.ts";

/** Rounds of every way, and what one way gets at most whose bound lies within its own noise: a coin's toss is no verdict. */
const ROUNDS = 7;
const MOST_ROUNDS = 28;
const SECONDS = 2;
const CONNECTIONS = [32, 512];

/** At least so many of bare Caddy's requests per second; null: told, not judged. */
const least = { known: 0.85, "known, no header": 0.92, later: 0.75, "kamal-proxy": null };
type Way = keyof typeof least;

export type Compared = { way: Way; hosts: number; instances: number; connections: number; ratio: number; wrong: string[] };

export const isTooSlow = ({ way, ratio }: Compared): boolean => least[way] !== null && ratio < least[way];

export const hostOf = (at: number) => `host-${String(at).padStart(3, "0")}.test`;

export const routeTo = (at: number, instances: number, port: number): Route => ({
  serviceId: `service-${at}`,
  hostnames: [hostOf(at)],
  target: { type: "app", addresses: INSTANCES.slice(0, instances), port, releaseId: `release-${at}` },
});

/** Half of the hostnames stand when Caddy starts, the other half come later; of each half one in the middle is measured. */
export async function standHosts(edge: Edge, hosts: number, instances: number, port: number): Promise<{ known: string; later: string }> {
  const half = Math.ceil(hosts / 2);
  const routes = Array.from({ length: hosts }, (_, at) => routeTo(at, instances, port));
  await edge.known(routes.slice(0, half));
  await edge.caddy.sync(routes);
  return { known: hostOf(Math.floor(half / 2)), later: hostOf(Math.floor((half + hosts) / 2)) };
}

/** The bound lies where nine medians of ten may lie, by the order of what was measured: more rounds are wanted. */
function isOpen(way: Way, rounds: { ours: Round; bare: Round }[]): boolean {
  const bound = least[way];
  if (bound === null) return false;
  const ratios = rounds.map(({ ours, bare }) => ours.perSecond / bare.perSecond).toSorted((one, other) => one - other);
  const far = Math.floor((ratios.length - 1.645 * Math.sqrt(ratios.length)) / 2);
  return ratios[far]! < bound && bound < ratios[ratios.length - 1 - far]!;
}

export async function compare(context: BarContext, edge: Edge, appPort: number, hosts: number, instances: number): Promise<Compared[]> {
  const { say, signal } = context;
  const { known, later } = await standHosts(edge, hosts, instances, appPort);
  const ours = { port: edge.port, pid: await edge.pid() };
  const bare = await startBare(context, edge, known, instances, appPort);
  const without = await startWithoutHeader(context, edge);
  const kamal = await startKamal(context, edge, known, instances, appPort);
  const ways = [
    { way: "known" as Way, proxy: ours, host: known },
    { way: "known, no header" as Way, proxy: without, host: known },
    { way: "later" as Way, proxy: ours, host: later },
    ...(kamal === null ? [] : [{ way: "kamal-proxy" as Way, proxy: kamal, host: known }]),
  ];
  const compared: Compared[] = [];
  for (const connections of CONNECTIONS) {
    const once = (proxy: { port: number; pid: number }, host: string) => wrk(proxy, host, connections, SECONDS, signal);
    const pairs = new Map<Way, { ours: Round; bare: Round }[]>(ways.map(({ way }) => [way, []]));
    const measure = async (some: typeof ways) => {
      for (let round = 0; round < ROUNDS; round += 1) {
        for (const { way, proxy, host } of some) {
          const first = await once(bare, known);
          pairs.get(way)!.push({ bare: first, ours: await once(proxy, host) });
        }
      }
    };
    await measure(ways);
    for (let rounds = ROUNDS; rounds < MOST_ROUNDS; rounds += ROUNDS) {
      const open = ways.filter(({ way }) => isOpen(way, pairs.get(way)!));
      if (open.length === 0) break;
      await measure(open);
    }
    for (const [way, rounds] of pairs) {
      const of = (figure: (round: Round) => number) => ({ ours: median(rounds.map((one) => figure(one.ours))), bare: median(rounds.map((one) => figure(one.bare))), ratio: median(rounds.map((one) => figure(one.ours) / figure(one.bare))) });
      const [speed, p99, cpu] = [of(({ perSecond }) => perSecond), of(({ p99Ms }) => p99Ms), of(({ cpuMicros }) => cpuMicros)];
      const wrong = rounds.flatMap((one) => [...one.ours.wrong, ...one.bare.wrong]);
      const one = { way, hosts, instances, connections, ratio: speed.ratio, wrong };
      compared.push(one);
      say(
        `${isTooSlow(one) ? "SLOW " : ""}${hosts} hosts, ${instances} instances, ${connections} connections, ${way}: ${speed.ratio.toFixed(2)} of bare ` +
          `(${speed.ours.toFixed(0)} and ${speed.bare.toFixed(0)} requests/s), p99 ${p99.ours.toFixed(1)} and ${p99.bare.toFixed(1)} ms, ` +
          `CPU ${cpu.ours.toFixed(0)} and ${cpu.bare.toFixed(0)} µs each (1/${cpu.ratio.toFixed(2)} = ${(1 / cpu.ratio).toFixed(2)}), ${rounds.length} rounds`,
      );
      for (const line of new Set(wrong)) say(`  WRONG ${line}`);
    }
  }
  for (const proxy of [bare, without, kamal]) await proxy?.end();
  return compared;
}
