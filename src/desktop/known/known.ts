import type { KnownState, Server } from "../../contract/index.ts";
import type { AgentClient } from "../agent/client.ts";
import type { createKnownFiles } from "./files.ts";
import { find as findIn, placesOf, type Places } from "./find.ts";
import { follow } from "./follow.ts";
import { createOutcomes } from "./outcomes.ts";
import { strip } from "./strip.ts";

type Servers = {
  list(): Server[];
  watch(signal?: AbortSignal): AsyncGenerator<Server[]>;
  reach(id: string): { agent: AgentClient | null };
  seenAt(id: string, at: number): void;
};
type Options = { files: ReturnType<typeof createKnownFiles>; servers: Servers; /** Milliseconds between two looks at a server that changes. */ rest?: number; /** And between two writes of its file. */ writeEvery?: number };

/** What each server last said: followed while it answers, kept on disk, and searched as one. */
export function createKnown({ files, servers, rest = 2000, writeEvery = 15_000 }: Options) {
  const places = new Map<string, Places>();
  const following = new Map<string, AbortController>();
  /** Newer than its file. */
  const unwritten = new Map<string, KnownState>();
  const seen = new Map<string, number>();
  const timers = new Map<string, NodeJS.Timeout>();
  const ended = new AbortController();
  const outcomes = createOutcomes();

  function begin(id: string): void {
    const mine = new AbortController();
    following.set(id, mine);
    const signal = AbortSignal.any([mine.signal, ended.signal]);
    void follow({ agent: () => servers.reach(id).agent, onNews: (state) => keep(id, state), rest, signal, onEnded: (job) => outcomes.tell({ serverId: id, job }) });
  }

  function end(id: string): void {
    following.get(id)?.abort();
    following.delete(id);
    note(id);
    void write(id);
  }

  /** While it is followed, what is known of it is as new as its last answer. */
  function note(id: string): void {
    const at = servers.list().find((server) => server.id === id)?.lastSeenAt;
    if (at) seen.set(id, at);
  }

  function keep(id: string, state: KnownState): void {
    const stripped = strip(state);
    places.set(id, placesOf(id, stripped));
    unwritten.set(id, stripped);
    if (timers.has(id)) return;
    timers.set(id, setTimeout(() => void write(id), writeEvery).unref());
  }

  async function write(id: string): Promise<void> {
    clearTimeout(timers.get(id));
    timers.delete(id);
    const state = unwritten.get(id);
    if (!state) return;
    await files.write(id, state).catch(() => {});
    if (unwritten.get(id) === state) unwritten.delete(id);
    // Forgotten while it was written.
    if (!places.has(id)) await files.remove(id);
  }

  /** What goes from the list goes from the disk. */
  async function forget(id: string): Promise<void> {
    places.delete(id);
    unwritten.delete(id);
    end(id);
    seen.delete(id);
    await files.remove(id);
  }

  async function attend(): Promise<void> {
    let before = new Set<string>();
    for await (const list of servers.watch(ended.signal)) {
      const now = new Set(list.map(({ id }) => id));
      for (const { id, connection } of list) {
        const answers = connection.state === "ready" || connection.state === "silent";
        if (answers && !following.has(id)) begin(id);
        else if (!answers && following.has(id)) end(id);
      }
      for (const id of before) if (!now.has(id)) void forget(id);
      before = now;
    }
  }

  /** From the last life of the app: one after the other, so that nothing waits for them. */
  async function recall(): Promise<void> {
    const list = servers.list();
    await files.sweep(list.map(({ id }) => id));
    const times = await files.readSeen();
    for (const { id } of list) {
      const state = await files.read(id);
      if (!state || places.has(id) || ended.signal.aborted) continue;
      places.set(id, placesOf(id, state));
      seen.set(id, Math.max(state.at, times[id] ?? 0));
      servers.seenAt(id, seen.get(id)!);
    }
  }

  async function get(id: string): Promise<KnownState | null> {
    const state = unwritten.get(id) ?? (await files.read(id));
    return state && { ...state, at: Math.max(state.at, seen.get(id) ?? 0) };
  }

  function find({ text, limit }: { text: string; limit: number }) {
    return findIn(servers.list().map(({ id, name, tags }) => ({ name, tags, places: places.get(id) ?? [] })), text, limit);
  }

  function close(): void {
    ended.abort();
    for (const timer of timers.values()) clearTimeout(timer);
    for (const [id, state] of unwritten) files.writeNow(id, state);
    for (const id of following.keys()) note(id);
    if (seen.size > 0) files.writeSeen(Object.fromEntries(seen));
  }

  void recall().catch(() => {});
  void attend();
  return { get, find, outcomes: outcomes.watch, close };
}
