import { setTimeout as pause } from "node:timers/promises";
import { toProblem, type Hello, type Problem } from "@aeroplane/agent/contract";
import type { Prompts } from "../prompts/prompts.ts";
import { NeedsPerson, type Ask } from "../ssh/sign-in.ts";
import { next, offline, type Link, type LinkEvent } from "./connection.ts";
import type { OpenSession, Session } from "./session.ts";
import type { Server } from "../../contract/index.ts";

const BEAT = 10_000;
const PATIENCE = 5_000;
/** Beats missed in a row until the link is given up. */
const MISSES = 3;

type Options = {
  server: () => Pick<Server, "id" | "kind" | "login">;
  open: OpenSession;
  prompts: Prompts;
  /** Every new state, as data. */
  onLink: (link: Link) => void;
  onSeen: (hello: Hello) => void;
  now?: () => number;
};

export type ServerLink = ReturnType<typeof createServerLink>;

/** Keeps one server connected, or says why not; the states are those of connection.ts. */
export function createServerLink({ server, open, prompts, onLink, onSeen, now = Date.now }: Options) {
  let link: Link = offline;
  let session: Session | undefined;
  let running: AbortController | undefined;
  let everReady = false;

  function dispatch(event: LinkEvent): void {
    const before = link;
    link = next(link, event);
    if (link !== before) onLink(link);
  }

  /** `byHand`: a person waits and may be asked. */
  function connect({ byHand }: { byHand: boolean }): void {
    const { state } = link.connection;
    if (state === "ready" || (running && state !== "reconnecting" && state !== "silent")) return;
    stop();
    const mine = new AbortController();
    running = mine;
    void keep(mine.signal, byHand).finally(() => {
      if (running === mine) running = undefined;
    });
  }

  function stop(): void {
    running?.abort();
    running = undefined;
    session?.close();
    session = undefined;
  }

  function disconnect(): void {
    stop();
    dispatch({ type: "disconnected" });
  }

  async function keep(signal: AbortSignal, byHand: boolean): Promise<void> {
    for (let mayAsk = byHand; !signal.aborted; mayAsk = false) {
      const opened = await tryOnce(signal, mayAsk);
      if (signal.aborted) return opened?.close();
      if (opened) {
        await attend(opened, signal);
        if (signal.aborted) return;
        dispatch({ type: "lost", at: now() });
      }
      if (link.connection.state !== "reconnecting") return;
      await pause(Math.max(0, link.connection.nextAt - now()), undefined, { signal }).catch(() => {});
    }
  }

  async function tryOnce(signal: AbortSignal, mayAsk: boolean): Promise<Session | undefined> {
    const say = (event: LinkEvent) => {
      if (!signal.aborted) dispatch(event);
    };
    say({ type: "began" });
    try {
      const opened = await open(server(), {
        ask: mayAsk ? asker(signal, say) : null,
        onHandshake: () => say({ type: "handshake" }),
        onSteps: (steps) => say({ type: "preparing", steps }),
        signal,
      });
      if (signal.aborted) return opened;
      session = opened;
      everReady = true;
      onSeen(opened.hello);
      say({ type: "ready" });
      return opened;
    } catch (error) {
      if (error instanceof NeedsPerson) say({ type: "needs-person" });
      else say({ type: "failed", at: now(), ...worth(toProblem(error), { byHand: mayAsk }) });
      return undefined;
    }
  }

  /** Only what time may mend is tried again by itself: never a refused login, which could lock the person out. */
  function worth(problem: Problem, { byHand }: { byHand: boolean }): { problem: Problem; again: boolean } {
    const again = problem.retry && MENDED_BY_TIME.has(problem.code) && (everReady || !byHand);
    return { problem, again };
  }

  function asker(signal: AbortSignal, say: (event: LinkEvent) => void): Ask {
    return async (question, { signal: over } = {}) => {
      const either = over ? AbortSignal.any([signal, over]) : signal;
      const given = await prompts.ask({ ...question, serverId: server().id }, { signal: either, onAsked: (promptId) => say({ type: "asking", promptId }) });
      signal.throwIfAborted();
      say({ type: "answered" });
      return given;
    };
  }

  /** Until the session is gone. */
  async function attend(current: Session, signal: AbortSignal): Promise<void> {
    let over = false;
    const ended = new AbortController();
    void current.closed.then(() => {
      over = true;
      ended.abort();
    });
    signal.addEventListener("abort", () => ended.abort(), { once: true });
    for (let misses = 0; !over && !signal.aborted && misses < MISSES; ) {
      await pause(misses > 0 ? 1000 : BEAT, undefined, { signal: ended.signal }).catch(() => {});
      if (over || signal.aborted) break;
      misses = (await beats(current, ended.signal)) ? 0 : misses + 1;
    }
    if (session === current) session = undefined;
    current.close();
  }

  async function beats(current: Session, ended: AbortSignal): Promise<boolean> {
    try {
      onSeen(await current.ping(AbortSignal.any([ended, AbortSignal.timeout(PATIENCE)])));
      dispatch({ type: "beat" });
      return true;
    } catch {
      if (!ended.aborted) dispatch({ type: "missed-beat", at: now() });
      return false;
    }
  }

  /** After sleep or a change of network: a link that may be dead is not waited for. */
  async function wake(): Promise<void> {
    const current = session;
    if (current) {
      const alive = await current.ping(AbortSignal.timeout(2000)).then(() => true, () => false);
      if (!alive && session === current) current.close();
    } else if (link.connection.state === "reconnecting") connect({ byHand: false });
  }

  return { connect, disconnect, wake, agent: () => session?.agent ?? null, link: () => link };
}

const MENDED_BY_TIME = new Set([
  "ADDRESS_UNKNOWN",
  "CONNECTION_REFUSED",
  "CONNECTION_TIMED_OUT",
  "CONNECTION_CLOSED",
  "SERVER_OFFLINE",
  "AGENT_NOT_STARTED",
  "AGENT_AWAY",
  "BRIDGE_BUSY",
  "UNEXPECTED",
]);
