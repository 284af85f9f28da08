import { fail, toProblem, type Problem, type VariablesTaken } from "@aeroplane/agent/contract";
import { v7 as newId } from "uuid";
import type { Transfer } from "../../contract/index.ts";
import { createLive } from "../live/live.ts";

/** Windows hear of progress no more often. */
const TELL_MS = 200;
/** The oldest ended ones go. */
const KEPT = 50;

type New = Pick<Transfer, "serverId" | "direction" | "name" | "size">;
export type Running = {
  transfer: Transfer;
  signal: AbortSignal;
  progress(done: number): void;
  waits(yes: boolean): void;
};
export type Outcome = { onDisk?: string; variables?: VariablesTaken };

/** Transfers as windows see them. */
export function createTransferList({ now = Date.now }: { now?: () => number } = {}) {
  const live = createLive<Transfer[]>([]);
  const running = new Map<string, AbortController>();
  /** Where finished downloads lie; a window learns only that they do. */
  const places = new Map<string, string>();

  const patch = (id: string, news: Partial<Transfer>) => live.update((all) => all.map((one) => (one.id === id ? { ...one, ...news } : one)));
  const find = (id: string): Transfer => {
    const found = live.get().find((one) => one.id === id);
    if (!found) throw fail("NOT_FOUND", { what: "transfer", id });
    return found;
  };

  /** Nothing where it has ended. */
  const stop = (id: string): void => running.get(id)?.abort(new Error("Cancelled"));

  function begin(fresh: New): Running {
    const transfer: Transfer = { ...fresh, id: newId(), done: 0, perSecond: null, state: "waiting", problem: null, onDisk: false, variables: null, at: now() };
    const control = new AbortController();
    running.set(transfer.id, control);
    live.update((all) => [transfer, ...all].filter((one, at) => at < KEPT || running.has(one.id)));
    let told = { at: 0, done: 0 };
    return {
      transfer,
      signal: control.signal,
      waits: (yes) => patch(transfer.id, { state: yes ? "waiting" : "running", ...(yes ? { perSecond: null } : {}) }),
      progress(done) {
        const at = now();
        if (at - told.at < TELL_MS) return;
        const perSecond = told.at === 0 ? null : ((done - told.done) / (at - told.at)) * 1000;
        told = { at, done };
        patch(transfer.id, { done, perSecond });
      },
    };
  }

  /** Until it ends, however it does. */
  async function follow({ transfer: { id }, signal }: Running, work: () => Promise<Outcome>): Promise<void> {
    const ended = (news: Partial<Transfer>) => {
      running.delete(id);
      patch(id, { perSecond: null, at: now(), ...news });
    };
    try {
      const { onDisk, variables } = await work();
      if (onDisk !== undefined) places.set(id, onDisk);
      ended({ state: "done", done: find(id).size, onDisk: onDisk !== undefined, variables: variables ?? null });
    } catch (error) {
      const problem: Problem | null = signal.aborted ? null : toProblem(error);
      ended(problem === null ? { state: "cancelled" } : { state: "failed", problem });
      if (problem !== null) throw error;
    }
  }

  return {
    watch: live.watch,
    begin,
    follow,
    cancel(id: string) {
      find(id);
      stop(id);
    },
    stop,
    dismiss(id: string) {
      if (running.has(id)) return;
      places.delete(id);
      live.update((all) => all.filter((one) => one.id !== id));
    },
    placeOf(id: string): string {
      find(id);
      const place = places.get(id);
      if (place === undefined) throw fail("NOT_FOUND", { what: "file of the transfer", id });
      return place;
    },
    close() {
      for (const control of running.values()) control.abort(new Error("The app ends"));
    },
  };
}
