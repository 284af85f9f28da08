import { isDeepStrictEqual } from "node:util";
import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { effect, filesOf } from "../effects/index.ts";
import { fail } from "../../contract/index.ts";
import { run, type Account } from "../sandbox/index.ts";
import { deriveConfig, knownIn } from "./config.ts";
import { confirmRoute, type ConfirmOptions } from "./confirm.ts";
import { prepareFolders } from "./folders.ts";
import { configFile, createKeeper, type Coming } from "./keeper/index.ts";
import { adminSocket } from "./place.ts";
import { admissible, endsQuietStreams } from "./known.ts";
import { nobodyIsConnected } from "./quiet.ts";
import { createRouteFiles } from "./route-files.ts";
import { createSlots } from "./slots.ts";
import { socketRequest } from "./socket-request.ts";
import { createTrials, type Trial } from "./trial.ts";
import { targetName, type RouteTarget } from "./target.ts";

const { chown, rename, writeFile } = filesOf("caddy.config");

export { RELEASE_HEADER } from "./place.ts";
export { NEVER_SERVED, SITE_MARKS, siteMarks, type SiteAnswers } from "./site-marks.ts";
export type { RouteTarget } from "./target.ts";
export type { Trial, TrialAnswer, TrialRequest } from "./trial.ts";

/** One service as the store wants it; without a target (never deployed) its hostnames answer the 404 page. */
export type Route = { serviceId: string; hostnames: readonly string[]; target: RouteTarget | null };

export type CaddyOptions = {
  /** DATA_DIR; Caddy reads only routes/ and sites/ and its own caddy/. */
  dataDir: string;
  bin: string;
  httpAddress: string;
  httpPort: number;
  account: Account | null;
  /** The systemd unit that runs it, with DATA_DIR/caddy/launch as its ExecStart; null: a small holder of our own does. */
  unit: string | null;
  /** Addresses and ranges of proxies that are believed, as they are set now; none: nobody is. */
  trustedProxies?: () => readonly string[];
};

export type Caddy = {
  /** Running with the wanted config; starts or adopts it. Throws PORT_IN_USE or CADDY_UNAVAILABLE. */
  ensure(signal?: AbortSignal): Promise<void>;
  /** Makes all route files equal to the store; what is not listed goes. Idempotent, no request fails. */
  sync(routes: Route[]): Promise<void>;
  /** One rename; null: the 404 page. Durable when it returns. */
  setTarget(serviceId: string, target: RouteTarget | null): Promise<void>;
  /**
   * Requests for the service wait, `HOLD_SECONDS` at most, until `setTarget` names an app again; each then goes through
   * once. Nothing where nothing is routed.
   */
  hold(serviceId: string): Promise<void>;
  /** One rename for each; frees the service's former hostnames. */
  setHostnames(serviceId: string, hostnames: readonly string[]): Promise<void>;
  /** Hostnames and target of a service that is no more. */
  remove(serviceId: string): Promise<void>;
  /** *try*: asks an app as a visitor would through Caddy, while no visitor is sent to it. End it whatever comes of it. */
  trial(upstream: { address: string; port: number }): Promise<Trial>;
  /**
   * *took*: returns when Caddy itself says that a visitor of `hostname` is sent to `target`; ROUTE_NOT_CONFIRMED after
   * `seconds`. No app is asked, so none can fail it.
   */
  confirm(o: ConfirmOptions): Promise<void>;
  /** What the route files say now; null where nothing is routed. */
  current(serviceId: string): Promise<RouteTarget | null>;
  version(): Promise<string | null>;
  /** Whether its admin socket answers, and with whose config. Changes nothing. */
  look(): Promise<"own" | "other" | "none">;
  /** A new Caddy with what is wanted now takes over the port: connections that begin meanwhile wait, kept ones end. */
  restart(signal?: AbortSignal): Promise<void>;
  /** Whether the port outlives the Caddy that runs; null: none does. */
  portKept(): Promise<boolean | null>;
  /** As `ensure`, and tries again to have the port kept where that failed before. */
  keepPort(signal?: AbortSignal): Promise<void>;
  /** Stops Caddy and lets its port go; for purge and for the demo's end. */
  stop(): Promise<void>;
};

/** A Caddy is not started anew for its hostnames' sake more often than this. */
const TAKE_IN_AFTER_MS = 600_000;
const STILL_MS = 1000;

export function createCaddy(options: CaddyOptions): Caddy {
  const { dataDir } = options;
  const files = createRouteFiles(join(dataDir, "routes"));
  const trials = createTrials(dataDir, files);
  const slots = createSlots(dataDir);
  /** Hostnames that stand in the config of the Caddy that runs, as far as it has been asked. */
  let inConfig: ReadonlySet<string> = new Set();
  let begunAt = Date.now();
  let last: Promise<unknown> = Promise.resolve();

  /** Changes of files and of the process one after the other. */
  function inTurn<T>(act: () => Promise<T>): Promise<T> {
    const mine = last.then(act, act);
    last = mine.catch(() => {});
    return mine;
  }

  function admin(path: string, o: { method?: string; body?: string; seconds?: number } = {}) {
    const ask = () => socketRequest({ socket: adminSocket(dataDir), path, headers: { host: "localhost" }, seconds: 5, ...o });
    return o.method === undefined ? ask() : effect(`caddy.admin${path.replace("/", ".")}`, ask);
  }

  /** Its config; null when nobody answers. A busy machine must not make a serving Caddy look dead. */
  const running = async (): Promise<unknown> => {
    const answer = await admin("/config/", { seconds: 20 }).catch((error: NodeJS.ErrnoException) => {
      if (["ENOENT", "ECONNREFUSED", "ECONNRESET", "EPIPE"].includes(error.code ?? "")) return null;
      throw fail("CADDY_UNAVAILABLE", { why: "its admin socket does not answer" }, { cause: error });
    });
    return answer?.status === 200 ? JSON.parse(answer.body) : null;
  };

  /** Of the program that stands there now; asking it costs more than looking whether it is still the same. */
  let asked: { modified: number; quiet: boolean } | null = null;
  async function endsQuiet(): Promise<boolean> {
    const modified = (await stat(options.bin).catch(() => null))?.mtimeMs ?? 0;
    if (asked?.modified !== modified) asked = { modified, quiet: endsQuietStreams(await version()) };
    return asked.quiet;
  }
  /** What Caddy would be started with: another set of hostnames is no reason to start it anew. */
  const isOurs = async (found: unknown) => isDeepStrictEqual(found, configOf(knownIn(found), await endsQuiet()));
  const configOf = (known: readonly string[], quiet: boolean) => JSON.parse(JSON.stringify(deriveConfig({ dataDir, known, endsQuiet: quiet, trusted: options.trustedProxies?.() ?? [] }))) as unknown;

  /** For Caddy's next start, whoever starts it: with the hostnames that stand now. */
  async function keepConfig(hostnames?: readonly string[]) {
    const path = configFile(dataDir);
    const known = hostnames ?? admissible(await files.servedHosts());
    const json = JSON.stringify(configOf(known, await endsQuiet()));
    if ((await readFile(path, "utf8").catch(() => "")) === json) return;
    await writeFile(`${path}.new`, json, { mode: 0o640 });
    if (options.account) await chown(`${path}.new`, 0, options.account.gid);
    await rename(`${path}.new`, path);
  }

  async function version(): Promise<string | null> {
    const said = await run([options.bin, "version"], { cwd: "/", env: { HOME: "/nonexistent" }, account: null, seconds: 10 }).catch(() => null);
    return said?.code === 0 ? (said.stdout.trim().split(/\s/)[0] ?? null) : null;
  }

  const answers = async () => (await admin("/config/").catch(() => null))?.status === 200;
  const keeper = createKeeper(options, answers);
  /** Where the port cannot be kept, one try in the life of an agent is enough. */
  let broughtOver = false;

  async function untilReady(coming: Coming, signal?: AbortSignal) {
    for (let waited = 0; waited < 15_000; waited += 50) {
      signal?.throwIfAborted();
      if ((await coming.here()) && (await answers())) return;
      const failure = await coming.failed();
      if (failure) throw failure;
      await sleep(50);
    }
    throw fail("CADDY_UNAVAILABLE", { why: "it did not become ready within 15 s" });
  }

  /** A Caddy that refuses the hostnames starts without: they are found by their links then. */
  async function come(begin: () => Promise<Coming>, signal?: AbortSignal) {
    begunAt = Date.now();
    await keeper.prepare();
    await keepConfig();
    const refused = await untilReady(await begin(), signal).then(() => null, (error: unknown) => error);
    if (refused === null) return;
    signal?.throwIfAborted();
    if ((await files.servedHosts()).length === 0) throw refused;
    await keepConfig([]);
    await untilReady(await keeper.start(), signal);
  }

  /** Hostnames that came later cost more; they are taken in when nobody is there who could notice. */
  async function mayTakeIn(): Promise<boolean> {
    if (Date.now() - begunAt < TAKE_IN_AFTER_MS || isDeepStrictEqual(admissible(await files.servedHosts()), [...inConfig])) return false;
    if (!(await nobodyIsConnected(options.httpPort))) return false;
    await sleep(STILL_MS);
    return nobodyIsConnected(options.httpPort);
  }

  /** What is on disk, in a new Caddy: no connection that begins meanwhile fails, and open requests have their grace. */
  const restart = (signal?: AbortSignal) => come(() => keeper.restart(stopByAdmin), signal);

  async function stopByAdmin() {
    await admin("/stop", { method: "POST", seconds: 10 }).catch(() => {});
    for (let i = 0; i < 80 && (await running()) !== null; i++) await sleep(100);
  }

  function ensure(signal?: AbortSignal) {
    return inTurn(async () => {
      await prepareFolders(dataDir, options.account);
      await files.prepare();
      let found = await running();
      if (found === null) {
        await come(() => keeper.start(), signal);
        found = await running();
      }
      inConfig = new Set(knownIn(found));
      if (!broughtOver && !(await keeper.inOrder())) {
        broughtOver = true;
        await keeper.mend();
        if (!(await keeper.inOrder())) return restart(signal);
      }
      // Another program's config, or that of another version of ours. Never a load: that would reset connections.
      if (!(await isOurs(found)) || (await mayTakeIn())) return restart(signal);
      await keepConfig();
    });
  }

  async function hostnamesOf(serviceId: string): Promise<string[]> {
    return [...(await files.hostMap())].filter(([, owner]) => owner === serviceId).map(([hostname]) => hostname);
  }

  async function setHostnames(serviceId: string, hostnames: readonly string[]) {
    // The new names first: at no moment is the service without one.
    for (const hostname of hostnames) await files.pointHost(hostname, serviceId);
    for (const former of await hostnamesOf(serviceId)) if (!hostnames.includes(former)) await files.dropHost(former, inConfig.has(former));
  }

  /** Those who wait are let go first, so that a crash in between leaves a service that answers. */
  async function point(serviceId: string, target: RouteTarget | null) {
    const before = await files.targetOf(serviceId);
    if (before?.type === "held" && target?.type !== "held") await slots.open(before.slot, target);
    await files.pointTarget(serviceId, target);
  }

  async function hold(serviceId: string) {
    const before = await files.targetOf(serviceId);
    if (before === null || before.type === "held") return;
    const slot = await slots.free(await files.slotsTaken());
    if (slot === null) throw fail("CADDY_UNAVAILABLE", { why: "as many services are held as can be at a time" });
    await slots.close(slot);
    await files.pointTarget(serviceId, { type: "held", slot });
  }

  async function sync(routes: Route[]) {
    await files.prepare();
    const left = new Set<string>();
    for (const route of routes) {
      const before = await files.targetOf(route.serviceId);
      if (before !== null) left.add(targetName(before));
      await point(route.serviceId, route.target);
    }
    for (const { hostnames, serviceId } of routes) for (const hostname of hostnames) await files.pointHost(hostname, serviceId);
    const wantedHosts = new Set(routes.flatMap(({ hostnames }) => hostnames));
    for (const hostname of (await files.hostMap()).keys()) if (!wantedHosts.has(hostname)) await files.dropHost(hostname, inConfig.has(hostname));
    const wantedServices = new Set(routes.map((route) => route.serviceId));
    for (const serviceId of await files.serviceIds()) if (!wantedServices.has(serviceId)) await point(serviceId, null);
    await files.sweepHosts(inConfig);
    await files.sweepHalves();
    await files.sweepTargets(left);
    await trials.sweep();
  }

  return {
    ensure,
    sync: (routes) => inTurn(() => sync(routes)),
    setTarget: (serviceId, target) => inTurn(() => point(serviceId, target)),
    hold: (serviceId) => inTurn(() => hold(serviceId)),
    setHostnames: (serviceId, hostnames) => inTurn(() => setHostnames(serviceId, hostnames)),
    remove: (serviceId) =>
      inTurn(async () => {
        await setHostnames(serviceId, []);
        await point(serviceId, null);
      }),
    trial: (upstream) => trials.begin(upstream),
    confirm: (o) => confirmRoute(dataDir, o),
    current: (serviceId) => files.targetOf(serviceId),
    version,
    async look() {
      const found = await running();
      return found === null ? "none" : (await isOurs(found)) ? "own" : "other";
    },
    restart: (signal) => inTurn(() => restart(signal)),
    portKept: async () => ((await running()) === null ? null : keeper.inOrder({ lookAnew: true })),
    async keepPort(signal) {
      broughtOver = false;
      await keeper.inOrder({ lookAnew: true });
      return ensure(signal);
    },
    stop: () => inTurn(() => keeper.stop()),
  };
}
