// Every kind of stream through the edge, as without it: silent, slow, in parts, refused and broken ones, over three deploys.
import { isDeepStrictEqual } from "node:util";
import { setTimeout as sleep } from "node:timers/promises";
import { bar, type BarContext } from "./frame.ts";
import { raiseEdge, type Edge } from "./edge/edge.ts";
import { startApp, type App } from "./stream-kinds/app.ts";
import { briefKinds, type Brief } from "./stream-kinds/brief.ts";
import { callOf, type Place } from "./stream-kinds/call.ts";
import { scaled, standingKinds, whole, type Times } from "./stream-kinds/standing.ts";

const DEPLOYS = 3;
const service = "streams";
const hosts = ["known.test", "later.test"];

export default bar({
  name: "stream-kinds",
  minutes: 25,
  async run(context) {
    const { short, say, signal } = context;
    const times = short ? scaled : whole;
    const edge = await raiseEdge(context, "stream-kinds");
    const apps: App[] = [];
    for (let release = 0; release <= DEPLOYS; release += 1) apps.push(await startApp(context, `release-${release}`));
    const route = (...hostnames: string[]) => [{ serviceId: service, hostnames, target: apps[0]!.target }];
    await edge.known(route(hosts[0]!));
    await edge.caddy.sync(route(...hosts));

    const wrong: string[] = [];
    const began = Date.now();
    const { stands, ended } = standing(context, edge, apps[0]!, times, wrong);
    ended.catch(() => {});
    await stands;
    let brief = 0;
    for (let deploy = 0; deploy <= DEPLOYS; deploy += 1) {
      if (deploy > 0) await switchTo(edge, apps[deploy]!, wrong);
      // Scaled down, a round takes longer than a stream is silent.
      if (!short || deploy === DEPLOYS) brief += await compareBrief(context, edge, apps[deploy]!, wrong);
      // So that each stream that stands meets all of them.
      if (deploy < DEPLOYS) await sleep((times.eventsSeconds * 1000 * 0.7) / DEPLOYS, undefined, { signal });
    }
    const stood = await ended;
    for (const line of wrong) say(`WRONG ${line}`);
    const upload = `${times.upload.megabytes} MB up at ${times.upload.perSecond.toFixed(1)} MB/s`;
    const figure = `${stood} streams stood over ${DEPLOYS} deploys (SSE silent ${times.eventsSeconds} s, WebSocket ${times.socketSeconds} s, ${upload}), ${brief} others, as without the edge but ${wrong.length}; ${((Date.now() - began) / 1000).toFixed(0)} s`;
    return { ok: wrong.length === 0, figure: `stream-kinds: ${figure}` };
  },
});

const placesOf = (edge: Edge, app: App): Place[] => [{ name: "app", port: app.port, host: hosts[0]! }, ...hosts.map((host): Place => ({ name: "edge", port: edge.port, host }))];

/** Begins each kind that stands, with the app itself and by both ways of the edge, all at once. */
function standing({ signal, say }: BarContext, edge: Edge, app: App, times: Times, wrong: string[]) {
  const begun: Promise<void>[] = [];
  const all = standingKinds.map(async ({ name, run }) => {
    const seen = placesOf(edge, app).map((place) => {
      const { promise, resolve } = Promise.withResolvers<void>();
      begun.push(promise);
      return run(place, times, signal, resolve)
        .catch((error: Error) => ({ error: error.message }))
        .finally(resolve);
    });
    const [direct, ...through] = await Promise.all(seen);
    for (const [at, one] of through.entries()) judge({ name }, hosts[at]!, direct, one, wrong, say);
    return through.length;
  });
  return { stands: Promise.all(begun), ended: Promise.all(all).then((counts) => counts.reduce((sum, count) => sum + count, 0)) };
}

function judge({ name, other }: Pick<Brief, "name" | "other">, host: string, direct: unknown, seen: unknown, wrong: string[], say: (line: string) => void) {
  const failed = typeof direct === "object" && direct !== null && "error" in direct;
  const through = withoutGuess(direct, seen);
  const same = isDeepStrictEqual(direct, through);
  if (!failed && !same && other && isDeepStrictEqual(other.left(direct as never), other.left(through as never))) return say(`other ${name} by ${host}: ${other.why}`);
  if (failed) wrong.push(`${name}: the app itself could not be asked: ${JSON.stringify(direct)}`);
  else if (!same) wrong.push(`${name} by ${host} is ${short(through)}, without the edge ${short(direct)}`);
  else say(`ok    ${name} by ${host}`);
}

/** Where an app does not say what its content is, Go says it, by its first bytes as browsers do. */
function withoutGuess(direct: unknown, seen: unknown): unknown {
  const [one, other] = [direct, seen] as ({ headers?: Record<string, string> } | null | undefined)[];
  if (!one?.headers || !other?.headers || "content-type" in one.headers) return seen;
  const { "content-type": _, ...headers } = other.headers;
  return { ...other, headers };
}

const short = (value: unknown) => JSON.stringify(value).slice(0, 600);

async function compareBrief({ signal, say }: BarContext, edge: Edge, app: App, wrong: string[]): Promise<number> {
  let compared = 0;
  await Promise.all(briefKinds.map(async (kind) => {
    const [direct, ...through] = await Promise.all(placesOf(edge, app).map((place) => kind.run(place, signal).catch((error: Error) => ({ error: error.message }))));
    for (const [at, one] of through.entries()) judge(kind, hosts[at]!, direct, one, wrong, say);
    compared += through.length;
  }));
  await leave(edge, app, wrong, signal);
  return compared;
}

/** A visitor who goes away is gone for the app as well. */
async function leave(edge: Edge, app: App, wrong: string[], signal: AbortSignal) {
  for (const place of placesOf(edge, app)) {
    const who = `${place.name}-${place.host}`;
    const gone = new AbortController();
    await callOf(place, { path: `/wait?who=${who}`, take: async (response) => void response.once("data", () => gone.abort()) }, AbortSignal.any([signal, gone.signal])).catch(() => {});
    for (let waited = 0; waited < 60_000 && !app.left.includes(who); waited += 50) await sleep(50, undefined, { signal });
    if (!app.left.includes(who)) wrong.push(`the app was not told that a visitor of ${who} left`);
  }
}

async function switchTo(edge: Edge, app: App, wrong: string[]) {
  await edge.caddy.setTarget(service, app.target);
  for (const host of hosts) {
    await edge.caddy.confirm({ serviceName: service, hostname: host, target: app.target, seconds: 60 });
    const release = (await edge.ask(host, "/plain")).headers.get("x-aeroplane-release");
    if (release !== app.target.releaseId) wrong.push(`${host} is answered by ${release} after ${app.target.releaseId} was deployed`);
  }
}
