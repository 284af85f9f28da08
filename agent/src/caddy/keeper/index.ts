import { setTimeout as sleep } from "node:timers/promises";
import { createServer } from "node:net";
import { fail, type Failure } from "../../../contract/index.ts";
import { effect } from "../../effects/index.ts";
import { holdNewConnections, removeHold } from "./hold-new.ts";
import { holderPort } from "./holder.ts";
import { writeLauncher } from "./launcher.ts";
import { isEverywhere, type KeeperPlace } from "./place.ts";
import { socketUnitPort, unitRuns } from "./socket-unit.ts";
import { takesVisitors, wasHanded, whatStarted, type Started } from "./started.ts";

export { configFile, type KeeperPlace } from "./place.ts";
export { HTTP_SOCKET } from "./socket-unit.ts";

/** Runs Caddy so that its port outlives it: decision 0028. One at a time is called. */
export type Keeper = {
  /** Writes what starts Caddy; before its config, since an older launcher does not say where it listens. */
  prepare(): Promise<void>;
  /** Whether the Caddy that runs is the wanted program and has its port from what keeps it, now and after the next boot. */
  inOrder(o?: { lookAnew: boolean }): Promise<boolean>;
  /** Has the port kept without touching the Caddy that runs, where that can be done: systemd's unit was only switched off. */
  mend(): Promise<void>;
  /** For a Caddy that does not answer: has it started, and ends one that hangs. */
  start(): Promise<Coming>;
  /** Replaces the one that runs, whatever has started it, by what is wanted now; no new connection fails where root may hold it. */
  restart(stopForeign: () => Promise<void>): Promise<Coming>;
  stop(): Promise<void>;
};

/** A Caddy that comes up. */
export type Coming = {
  /** It runs, and is not the one before it. */
  here(): Promise<boolean>;
  /** Why it does not come; null while that is not known. */
  failed(): Promise<Failure | null>;
};

/** So long one that runs may take until it answers. */
const HANGS_MS = 8_000;
/** Longer than its grace for open requests. */
const STOPS_MS = 10_000;

/** `answers`: Caddy's admin socket does. */
export function createKeeper(place: KeeperPlace, answers: () => Promise<boolean>): Keeper {
  const { dataDir, unit, httpPort } = place;
  const port = unit === null ? holderPort(place) : socketUnitPort({ ...place, unit });
  let known: number | null = null;

  const coming = (before: Started | null): Coming => ({
    async here() {
      const now = await whatStarted(dataDir);
      return now !== null && now.pid !== before?.pid;
    },
    async failed() {
      const said = await port.failed();
      return said === null ? null : startFailure(said, httpPort);
    },
  });

  /** Where the port cannot be kept, Caddy binds by itself: the launcher knows, and doctor says it. */
  async function begin(): Promise<void> {
    if (unit === null) await port.keep();
    else await port.keep().catch(() => {});
    await port.start();
  }

  async function endHanging(one: Started): Promise<void> {
    await port.replace(one);
    const gone = async () => (await whatStarted(dataDir))?.pid !== one.pid;
    if (!(await within(STOPS_MS, gone))) effect("caddy.process.signal", () => process.kill(one.pid, "SIGKILL"));
  }

  return {
    prepare: () => writeLauncher(place),
    async mend() {
      const now = await whatStarted(dataDir);
      if (unit !== null && now !== null && now.bin === place.bin && wasHanded(now)) await port.keep().catch(() => {});
    },
    async inOrder({ lookAnew } = { lookAnew: false }) {
      if (lookAnew) known = null;
      const now = await whatStarted(dataDir);
      if (now === null || now.bin !== place.bin || !wasHanded(now)) return false;
      if (unit === null) return port.kept();
      // Asked before every deploy, and systemd is asked by a program: once in the life of this agent and of that Caddy.
      if (known !== now.pid && (await port.kept())) known = now.pid;
      return known === now.pid;
    },
    async start() {
      await removeHold(httpPort);
      const before = await whatStarted(dataDir);
      // At boot, or after a crash, it has been started by others and is on its way.
      if (before !== null && (await within(HANGS_MS, answers))) return coming(null);
      if (before !== null) await endHanging(before);
      else if (!(unit !== null && (await unitRuns(unit))) && !(await port.kept())) await requireFreePort(place);
      await begin();
      return coming(before);
    },
    async restart(stopForeign) {
      const before = await whatStarted(dataDir);
      const held = await holdNewConnections(httpPort);
      try {
        if (before !== null && wasHanded(before) && (await port.kept())) {
          await port.replace(before);
          await within(STOPS_MS, async () => !(await takesVisitors(before)), 5);
        } else {
          await port.release();
          if (before === null) await stopForeign();
          if (unit === null) await port.keep();
          else await port.keep().catch(() => {});
        }
      } finally {
        await held?.end();
      }
      await port.start();
      return coming(before);
    },
    async stop() {
      await port.remove();
      await removeHold(httpPort);
    },
  };
}

async function within(milliseconds: number, done: () => Promise<boolean>, every = 50): Promise<boolean> {
  for (const until = Date.now() + milliseconds; Date.now() < until; await sleep(every)) if (await done()) return true;
  return false;
}

/** Caddy itself would share a port with any program of the same user (SO_REUSEPORT), and each would get a part of the requests. */
function requireFreePort(place: KeeperPlace): Promise<void> {
  const { httpAddress, httpPort } = place;
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once("error", (cause: NodeJS.ErrnoException) =>
      // Other refusals are for those to explain who open it.
      cause.code === "EADDRINUSE" ? reject(fail("PORT_IN_USE", { port: httpPort }, { cause })) : resolve(),
    );
    probe.listen({ ...(isEverywhere(place) ? {} : { host: httpAddress }), port: httpPort, exclusive: true }, () => probe.close(() => resolve()));
  });
}

function startFailure(text: string, port: number): Failure {
  if (/address already in use/.test(text)) return fail("PORT_IN_USE", { port }, { detail: text.slice(-2000) });
  const lines = text.trim().split("\n");
  const why = /bind: permission denied/.test(text) ? `it may not listen on port ${port}` : (lines.at(-1) || "it ended at once").slice(0, 200);
  return fail("CADDY_UNAVAILABLE", { why }, { detail: text.slice(-2000) });
}
