import { toProblem, type Hello } from "@aeroplane/agent/contract";
import type { AgentClient } from "../agent/client.ts";
import type { Prompts } from "../prompts/prompts.ts";
import { NeedsPerson, type Ask } from "../ssh/sign-in.ts";
import { after } from "./after.ts";
import { next, offline, type Link, type LinkEvent } from "./connection.ts";
import { createHold } from "./hold.ts";
import { beginSearch, failedTry, type Attempt, type Found, type Search } from "./search.ts";
import type { OpenSession, Session } from "./session.ts";
import type { Server } from "../../contract/index.ts";

type Options = {
  /** `hello`: what it said last, in any life of the app. */
  server: () => Pick<Server, "id" | "kind" | "login" | "hello">;
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
  let search: Search | undefined;
  /** Its last answer in this life of the app. */
  let known: Hello | undefined;
  const waiting = new Set<(agent: AgentClient | null) => void>();

  const hold = createHold({
    attempt: quietly,
    dispatch,
    onSeen: (hello) => onSeen((known = hello)),
    onAlive: () => tellWaiting(session?.agent ?? null),
    now,
  });

  function dispatch(event: LinkEvent): void {
    const before = link;
    link = next(link, event);
    if (link === before) return;
    if (!["ready", "silent"].includes(link.connection.state)) session = undefined;
    onLink(link);
  }

  /** `byHand`: a person waits and may be asked. The try begins after `wait` milliseconds. */
  function connect({ byHand, wait = 0 }: { byHand: boolean; wait?: number }): void {
    const { state } = link.connection;
    if (state === "ready" || (running && state !== "reconnecting" && state !== "silent")) return;
    stop();
    const mine = new AbortController();
    running = mine;
    void keep(mine.signal, { byHand, wait }).finally(() => {
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
    tellWaiting(null);
  }

  async function keep(signal: AbortSignal, asked: { byHand: boolean; wait: number }): Promise<void> {
    let found = await first(signal, asked);
    while (found && "session" in found) {
      if (signal.aborted) return found.session.close();
      adopt(found.session);
      const fresh = await hold.keep(found.session, signal);
      found = fresh && { session: fresh };
    }
    if (found && !signal.aborted) dispatch(found.ended);
  }

  /** The try that a person sees step by step, then the quiet ones. */
  async function first(signal: AbortSignal, { byHand: mayAsk, wait }: { byHand: boolean; wait: number }): Promise<Found> {
    const say = (event: LinkEvent) => {
      if (!signal.aborted) dispatch(event);
    };
    const began = now();
    say({ type: "began" });
    try {
      if (wait > 0) await after(wait, signal);
      if (signal.aborted) return null;
      const opened = await open(server(), {
        ask: mayAsk ? asker(signal, say) : null,
        onHandshake: () => say({ type: "handshake" }),
        onSteps: (steps) => say({ type: "preparing", steps }),
        known: null,
        onDoubt: hold.doubt,
        signal,
      });
      return { session: opened };
    } catch (error) {
      if (signal.aborted) return null;
      if (error instanceof NeedsPerson) return { ended: { type: "needs-person" } };
      // One that never answered may be a typo: it is tried when a person says so, and not by itself.
      const event = failedTry(toProblem(error), { at: now(), since: began, began, again: known !== undefined || server().hello !== null });
      if (!event.again) return { ended: event };
      dispatch(event);
      search = beginSearch({ attempt: quietly, since: began, startAt: event.nextAt, onFailed: dispatch, signal, now });
      return search.found.finally(() => (search = undefined));
    }
  }

  /** Asks nobody and shows nothing but what it installs. */
  function quietly({ signal, onHandshake }: Parameters<Attempt>[0]): Promise<Session> {
    const onSteps = (steps: Extract<LinkEvent, { type: "preparing" }>["steps"]) => {
      if (!signal.aborted) dispatch({ type: "preparing", steps });
    };
    return open(server(), { ask: null, onHandshake, onSteps, known: known ?? null, onDoubt: hold.doubt, signal });
  }

  function adopt(fresh: Session): void {
    session = fresh;
    onSeen((known = fresh.hello));
    dispatch({ type: "ready" });
    tellWaiting(fresh.agent);
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

  /** After sleep or a change of network: a link that may be dead is not waited for. */
  function wake(): void {
    search?.nudge();
    hold.woken();
  }

  /** The agent once it answers anew, or null when it does not within so many milliseconds. */
  function back(within: number): Promise<AgentClient | null> {
    if (!running) return Promise.resolve(null);
    return new Promise((resolve) => {
      const end = (agent: AgentClient | null) => {
        clearTimeout(timer);
        waiting.delete(end);
        resolve(agent);
      };
      const timer = setTimeout(end, within, null);
      waiting.add(end);
      hold.doubt();
    });
  }

  function tellWaiting(agent: AgentClient | null): void {
    for (const tell of [...waiting]) tell(agent);
  }

  return { connect, disconnect, wake, back, agent: () => session?.agent ?? null, link: () => link };
}
