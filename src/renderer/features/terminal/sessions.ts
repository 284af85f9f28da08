import { create } from "zustand";
import type { Problem, Terminal } from "@aeroplane/agent/contract";
import { client } from "../../link.ts";
import { problemOf } from "../../data/problem.ts";
import { follow } from "./follow.ts";
import { createLatest } from "./latest.ts";
import type { Screen, Size } from "./screen.ts";
import { createWriter, type Writer } from "./writer.ts";

/** Where shells run: on a server, or in the container of one service of it. */
export type Place = { serverId: string; serviceId: string | null };
export type SessionState = "opening" | "open" | "away" | "elsewhere" | "ended" | "gone" | "failed";
export type Session = Place & {
  key: string;
  number: number;
  /** Of a service: in the container of which instance. */
  instance: number | null;
  /** The agent's name of it. */
  id: string | null;
  state: SessionState;
  exitCode: number | null;
  problem: Problem | null;
  screen: Screen | null;
};
type Store = {
  sessions: Session[];
  chosen: Record<string, string | undefined>;
  /** The search field is shown. */
  finding: boolean;
  /** The session that takes the keyboard as soon as it is drawn. */
  wanted: string | null;
};

/** Terminals of this window: they go on while something else is looked at. */
export const useTerminals = create<Store>(() => ({ sessions: [], chosen: {}, finding: false, wanted: null }));
const { getState: get, setState: set } = useTerminals;

export const placeKey = ({ serverId, serviceId }: Place) => `${serverId}/${serviceId ?? ""}`;
export const sessionsOf = (sessions: Session[], place: Place) => sessions.filter((each) => placeKey(each) === placeKey(place));

const options = ({ serverId }: Place, signal?: AbortSignal) => ({ context: { serverId }, signal });
/** What ends the reading of a session, by its key. */
const leaving = new Map<string, AbortController>();
const FIRST: Size = { rows: 24, columns: 80 };

function change(key: string, fields: Partial<Session>): void {
  set(({ sessions }) => ({ sessions: sessions.map((each) => (each.key === key ? { ...each, ...fields } : each)) }));
}
const one = (key: string) => get().sessions.find((each) => each.key === key);

function add(place: Place, fields: Partial<Session>): string {
  const key = crypto.randomUUID();
  const taken = sessionsOf(get().sessions, place).map(({ number }) => number);
  const session: Session = {
    ...place, key, number: Math.max(0, ...taken) + 1, id: null, instance: null, state: "opening", exitCode: null, problem: null, screen: null, ...fields,
  };
  set(({ sessions }) => ({ sessions: [...sessions, session] }));
  return key;
}

export function choose(place: Place, key: string | undefined): void {
  set(({ chosen }) => ({ chosen: { ...chosen, [placeKey(place)]: key }, finding: false, wanted: key ?? null }));
}

/** Shells that are being opened: until they have their name they must not be taken for ones that were left open. */
const opening = new Set<Promise<unknown>>();

const instanceIn = ({ target }: Terminal) => (target.type === "service" ? (target.instance ?? null) : null);

/** A new shell, chosen and ready to type into; without an instance in the first one that is live. */
export async function openTerminal(place: Place, instance?: number): Promise<void> {
  const key = add(place, { instance: instance ?? null });
  choose(place, key);
  try {
    const size = sessionsOf(get().sessions, place).find(({ screen }) => screen)?.screen?.size() ?? FIRST;
    const { terminals } = client.agent;
    const opened = (
      place.serviceId
        ? terminals.openService({ serviceId: place.serviceId, ...(instance === undefined ? {} : { instance }), ...size }, options(place))
        : terminals.openServer(size, options(place))
    ).then((terminal) => {
      change(key, { id: terminal.id, instance: instanceIn(terminal) });
      return terminal.id;
    });
    opening.add(opened);
    const id = await opened.finally(() => opening.delete(opened));
    // Its tab was closed meanwhile.
    if (!one(key)) return void terminals.close({ id }, options(place)).catch(() => {});
    await attach(key);
  } catch (error) {
    change(key, { state: "failed", problem: problemOf(error) });
  }
}

/** Draws the session's output here, wherever it was shown before. */
export async function attach(key: string): Promise<void> {
  const session = one(key);
  if (!session?.id) return;
  const { id } = session;
  const gone = new AbortController();
  leaving.get(key)?.abort();
  leaving.set(key, gone);
  const { terminals } = client.agent;
  const writer = createWriter((part) => terminals.write({ id, ...part }, options(session)));
  const worthAgain = (error: unknown) => !gone.signal.aborted && problemOf(error).retry;
  const taken = createLatest((cursor: string) => terminals.taken({ id, cursor }, options(session)), worthAgain);
  const resized = createLatest((size: Size) => terminals.resize({ id, ...size }, options(session)), worthAgain);
  const screen = await screenFor(session, writer, resized.set);
  if (gone.signal.aborted) return screen.dispose();
  change(key, { screen, state: "opening", problem: null });
  resized.set(screen.size());
  const outcome = await follow({
    open: (after, signal) => terminals.output({ id, after }, options(session, signal)),
    write: screen.write,
    taken: taken.set,
    onOpen: () => one(key)?.state !== "open" && change(key, { state: "open" }),
    onAway: () => one(key)?.state !== "away" && change(key, { state: "away" }),
    signal: gone.signal,
  });
  writer.stop();
  taken.stop();
  resized.stop();
  if (outcome.type === "left") return;
  screen.rest();
  if (outcome.type === "ended") change(key, { state: "ended", exitCode: outcome.exitCode });
  else if (outcome.type === "failed") change(key, { state: "failed", problem: outcome.problem });
  else change(key, { state: outcome.type });
}

/** A screen of its own for each reading: it begins with all output that is kept. */
async function screenFor(session: Session, writer: Writer, resized: (size: Size) => void): Promise<Screen> {
  const { createScreen } = await import("./screen.ts");
  session.screen?.dispose();
  return createScreen({
    typed: writer.push,
    resized,
    leave: () => document.querySelector<HTMLElement>('[data-terminal-tabs] [aria-selected="true"]')?.focus(),
    find: () => set({ finding: true }),
  });
}

const looking = new Map<string, Promise<void>>();
/** Finds the shells that were left open, each once; those that another window shows are named only. */
export function adopt(place: Place): Promise<void> {
  const key = placeKey(place);
  const found =
    looking.get(key) ??
    (async () => {
      const all = await client.agent.terminals.list({}, options(place));
      await Promise.allSettled(opening);
      for (const terminal of all.filter((each) => isOf(place, each) && !each.ended)) {
        if (get().sessions.some(({ id }) => id === terminal.id)) continue;
        const added = add(place, { id: terminal.id, instance: instanceIn(terminal), state: terminal.watched ? "elsewhere" : "opening" });
        if (!terminal.watched) void attach(added).catch((error: unknown) => change(added, { state: "failed", problem: problemOf(error) }));
      }
    })().finally(() => looking.delete(key));
  looking.set(key, found);
  return found;
}

const isOf = (place: Place, { target }: Terminal) =>
  target.type === "server" ? place.serviceId === null : target.serviceId === place.serviceId;

/** What a shortcut or a menu means by "terminal": the one that is open, or a new one. */
export async function showTerminal(place: Place): Promise<void> {
  await adopt(place).catch(() => {});
  const all = sessionsOf(get().sessions, place);
  const chosen = all.find(({ key }) => key === get().chosen[placeKey(place)]) ?? all.at(-1);
  if (!chosen) return openTerminal(place);
  choose(place, chosen.key);
}

/** Ends the shell and takes its tab away. */
export function closeTerminal(key: string): void {
  const session = one(key);
  if (!session) return;
  leaving.get(key)?.abort();
  leaving.delete(key);
  session.screen?.dispose();
  const rest = sessionsOf(get().sessions, session).filter((each) => each.key !== key);
  set(({ sessions }) => ({ sessions: sessions.filter((each) => each.key !== key) }));
  choose(session, rest.at(-1)?.key);
  // Also one that has ended: the agent keeps its last output for whoever comes back.
  if (session.id && session.state !== "gone") void client.agent.terminals.close({ id: session.id }, options(session)).catch(() => {});
}

/** Light and dark change while terminals are open. */
export function recolour(): void {
  for (const { screen } of get().sessions) screen?.recolour();
}
