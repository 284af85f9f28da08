import type { ServicesState } from "../../contract/index.ts";
import type { Asked, FromServices, Start, ToServices } from "../../utility/messages.ts";
import { createDeaths } from "./deaths.ts";

/** A started process of the services, whatever runs it. */
export type Process = { post(message: ToServices, ports?: unknown[]): void; /** At once, whatever it does. */ kill(): void };
export type Launch = (on: { message(message: FromServices): void; ended(): void }) => Process;
/** A window that wants ports: one now, and another whenever the services have started anew. */
export type Guest = { port(port: unknown): void; state(state: ServicesState): void };
export type Keeper = ReturnType<typeof keepServices>;

type Options = {
  launch: Launch;
  start: Start;
  /** Two ends of a line that can be given away. */
  channel: () => { port1: unknown; port2: unknown };
  /** Resolves with what the person has chosen; null where they have not. */
  ask: (asked: Asked) => Promise<string | null>;
  show: (path: string) => void;
  patience?: { start: number; close: number };
};

/** Milliseconds: for a start on a slow disk, and for an end. */
const PATIENCE = { start: 30_000, close: 2000 };

/** Keeps one process of the services alive: what dies is started anew, and after too many deaths a person is asked. */
export function keepServices({ launch, start, channel, ask, show, patience = PATIENCE }: Options) {
  const guests = new Set<Guest>();
  const deaths = createDeaths();
  const first = Promise.withResolvers<void>();
  first.promise.catch(() => {});
  let state: ServicesState = { state: "starting" };
  let running: { process: Process; end: () => void } | undefined;
  let again: ReturnType<typeof setTimeout> | undefined;
  let everReady = false;
  let closing: (() => void) | undefined;

  function become(next: ServicesState): void {
    state = next;
    for (const guest of guests) guest.state(state);
  }

  function begin(): void {
    again = undefined;
    become({ state: "starting" });
    let why: string | null = null;
    let over = false;
    const late = setTimeout(() => {
      why = "They did not start in time.";
      child.kill();
      ended();
    }, patience.start);
    const ended = () => {
      if (over) return;
      over = true;
      clearTimeout(late);
      running = undefined;
      died(why);
    };
    const child = launch({
      message(message) {
        if (over) return;
        if (message.type === "failed") why = message.why;
        if (message.type === "ready") ready(late);
        if (message.type === "show") show(message.path);
        if (message.type === "ask") void answer(child, message.id, message.asked);
      },
      ended,
    });
    running = { process: child, end: ended };
    child.post({ type: "start", options: start });
  }

  function ready(late: ReturnType<typeof setTimeout>): void {
    clearTimeout(late);
    everReady = true;
    first.resolve();
    become({ state: "running" });
    for (const guest of guests) hand(guest);
  }

  async function answer(child: Process, id: number, asked: Asked): Promise<void> {
    child.post({ type: "answer", id, path: await ask(asked).catch(() => null) });
  }

  function hand(guest: Guest): void {
    const { port1, port2 } = channel();
    running!.process.post({ type: "port" }, [port1]);
    guest.port(port2);
  }

  function died(why: string | null): void {
    if (closing) return closing();
    if (!everReady) return first.reject(new Error(why ?? "The desktop services ended while they started."));
    const rest = deaths.next();
    if (rest === null) return become({ state: "stopped", why });
    become({ state: "starting" });
    again = setTimeout(begin, rest);
  }

  begin();
  return {
    /** Resolves with the first start; rejects where it fails: without it there is no app. */
    started: first.promise,
    state: () => state,
    /** Answers the function that lets the window go. */
    attach(guest: Guest): () => void {
      guests.add(guest);
      guest.state(state);
      if (state.state === "running") hand(guest);
      return () => void guests.delete(guest);
    },
    /** A person's wish, after too many deaths. */
    startAgain(): void {
      if (state.state !== "stopped") return;
      deaths.forget();
      begin();
    },
    wake: () => running?.process.post({ type: "wake" }),
    /** Resolves when the process has ended, by itself or in the end by force. */
    close(): Promise<void> {
      clearTimeout(again);
      if (!running) return Promise.resolve();
      const { process: child, end } = running;
      return new Promise((resolve) => {
        closing = resolve;
        setTimeout(() => (child.kill(), end()), patience.close).unref();
        child.post({ type: "close" });
      });
    },
  };
}
