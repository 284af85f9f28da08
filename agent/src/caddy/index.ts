import { isDeepStrictEqual } from "node:util";
import { chown, readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fail } from "../../contract/index.ts";
import { effect } from "../effects/index.ts";
import { run, type Account } from "../sandbox/index.ts";
import { deriveConfig } from "./config.ts";
import { confirmRoute, type ConfirmOptions } from "./confirm.ts";
import { prepareFolders } from "./folders.ts";
import { configFile, createKeeper, type Coming } from "./keeper/index.ts";
import { adminSocket } from "./place.ts";
import { createRouteFiles } from "./route-files.ts";
import { socketRequest } from "./socket-request.ts";
import { createTrials, type Trial } from "./trial.ts";
import { targetName, type RouteTarget } from "./target.ts";

export { RELEASE_HEADER } from "./place.ts";
export type { RouteTarget } from "./target.ts";
export type { Trial, TrialAnswer, TrialRequest } from "./trial.ts";

/** One service as the store wants it; without a target (never deployed) its hostname answers the 404 page. */
export type Route = { serviceId: string; hostname: string | null; target: RouteTarget | null };

export type CaddyOptions = {
  /** DATA_DIR; Caddy reads only routes/ and sites/ and its own caddy/. */
  dataDir: string;
  bin: string;
  httpAddress: string;
  httpPort: number;
  account: Account | null;
  /** The systemd unit that runs it, with DATA_DIR/caddy/launch as its ExecStart; null: a small holder of our own does. */
  unit: string | null;
};

export type Caddy = {
  /** Running with the wanted config; starts or adopts it. Throws PORT_IN_USE or CADDY_UNAVAILABLE. */
  ensure(signal?: AbortSignal): Promise<void>;
  /** Makes all route files equal to the store; what is not listed goes. Idempotent, no request fails. */
  sync(routes: Route[]): Promise<void>;
  /** One rename; null: the 404 page. Durable when it returns. */
  setTarget(serviceId: string, target: RouteTarget | null): Promise<void>;
  /** One rename; frees the service's former hostname. */
  setHostname(serviceId: string, hostname: string | null): Promise<void>;
  /** Hostname and target of a service that is no more. */
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

export function createCaddy(options: CaddyOptions): Caddy {
  const { dataDir } = options;
  const files = createRouteFiles(join(dataDir, "routes"));
  const trials = createTrials(dataDir, files);
  const config = deriveConfig(options);
  const json = JSON.stringify(config);
  let last: Promise<unknown> = Promise.resolve();

  /** Changes of files and of the process one after the other. */
  function inTurn<T>(act: () => Promise<T>): Promise<T> {
    const mine = last.then(act, act);
    last = mine.catch(() => {});
    return mine;
  }

  const admin = (path: string, o: { method?: string; body?: string; seconds?: number } = {}) =>
    socketRequest({ socket: adminSocket(dataDir), path, headers: { host: "localhost" }, seconds: 5, ...o });

  /** Its config; null when nobody answers. A busy machine must not make a serving Caddy look dead. */
  const running = async (): Promise<unknown> => {
    const answer = await admin("/config/", { seconds: 20 }).catch((error: NodeJS.ErrnoException) => {
      if (["ENOENT", "ECONNREFUSED", "ECONNRESET", "EPIPE"].includes(error.code ?? "")) return null;
      throw fail("CADDY_UNAVAILABLE", { why: "its admin socket does not answer" }, { cause: error });
    });
    return answer?.status === 200 ? JSON.parse(answer.body) : null;
  };

  /** Kept for the next boot only after Caddy has accepted it. */
  async function keepConfig() {
    const path = configFile(dataDir);
    if ((await readFile(path, "utf8").catch(() => "")) === json) return;
    await effect("caddy.config.write", async () => {
      await writeFile(`${path}.new`, json, { mode: 0o640 });
      if (options.account) await chown(`${path}.new`, 0, options.account.gid);
      await rename(`${path}.new`, path);
    });
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

  /** What is on disk, in a new Caddy: no connection that begins meanwhile fails, and open requests have their grace. */
  async function restart(signal?: AbortSignal) {
    await keeper.prepare();
    await keepConfig();
    await untilReady(await keeper.restart(stopByAdmin), signal);
  }

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
        await keeper.prepare();
        await keepConfig();
        await untilReady(await keeper.start(), signal);
        found = await running();
      }
      if (!broughtOver && !(await keeper.inOrder())) {
        broughtOver = true;
        await keeper.mend();
        if (!(await keeper.inOrder())) return restart(signal);
      }
      if (isDeepStrictEqual(found, config)) return keepConfig();
      const loaded = await admin("/load", { method: "POST", body: json, seconds: 30 });
      if (loaded.status !== 200) throw fail("CADDY_UNAVAILABLE", { why: "it refused its configuration" }, { detail: loaded.body });
      await keepConfig();
    });
  }

  async function hostnamesOf(serviceId: string): Promise<string[]> {
    return [...(await files.hostMap())].filter(([, owner]) => owner === serviceId).map(([hostname]) => hostname);
  }

  async function setHostname(serviceId: string, hostname: string | null) {
    // The new name first: at no moment is the service without one.
    if (hostname !== null) await files.pointHost(hostname, serviceId);
    for (const former of await hostnamesOf(serviceId)) if (former !== hostname) await files.dropHost(former);
  }

  async function sync(routes: Route[]) {
    await files.prepare();
    const left = new Set<string>();
    for (const route of routes) {
      const before = await files.targetOf(route.serviceId);
      if (before !== null) left.add(targetName(before));
      await files.pointTarget(route.serviceId, route.target);
    }
    for (const route of routes) if (route.hostname !== null) await files.pointHost(route.hostname, route.serviceId);
    const wantedHosts = new Set(routes.map((route) => route.hostname));
    for (const hostname of (await files.hostMap()).keys()) if (!wantedHosts.has(hostname)) await files.dropHost(hostname);
    const wantedServices = new Set(routes.map((route) => route.serviceId));
    for (const serviceId of await files.serviceIds()) if (!wantedServices.has(serviceId)) await files.pointTarget(serviceId, null);
    await files.sweepTargets(left);
    await trials.sweep();
  }

  return {
    ensure,
    sync: (routes) => inTurn(() => sync(routes)),
    setTarget: (serviceId, target) => inTurn(() => files.pointTarget(serviceId, target)),
    setHostname: (serviceId, hostname) => inTurn(() => setHostname(serviceId, hostname)),
    remove: (serviceId) =>
      inTurn(async () => {
        await setHostname(serviceId, null);
        await files.pointTarget(serviceId, null);
      }),
    trial: (upstream) => trials.begin(upstream),
    confirm: (o) => confirmRoute(dataDir, o),
    current: (serviceId) => files.targetOf(serviceId),
    async version() {
      const said = await run([options.bin, "version"], { cwd: "/", env: { HOME: "/nonexistent" }, account: null, seconds: 10 }).catch(() => null);
      return said?.code === 0 ? (said.stdout.trim().split(/\s/)[0] ?? null) : null;
    },
    async look() {
      const found = await running();
      return found === null ? "none" : isDeepStrictEqual(found, config) ? "own" : "other";
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
