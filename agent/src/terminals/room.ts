import { fail, type Terminal, type TerminalTarget } from "../../contract/index.ts";
import { brokenBound, SHARES } from "../people/shares.ts";
import { createTerminal, type OpenTerminal } from "./terminal.ts";
import type { Shell } from "./shell.ts";

const GRACE_MINUTES = 10;
const LOOK_MS = 15_000;

/** Whose a terminal is: the login that called, and the person behind it where the login has several. */
export type Holder = { login: string | null; person: string | null };

/** Told of each shell that ended without being closed by a call. */
export type OnEnded = (holder: Holder, terminal: Terminal, why: "exited" | "unwatched") => void;

type Kept = OpenTerminal & { holder: Holder; endedAt: number | null };

/** All terminals of this agent: they outlive the connection that opened them, and end when nobody has looked for a while. */
export function createTerminals({ graceMs = GRACE_MINUTES * 60_000, lookMs = LOOK_MS, onEnded = (() => {}) as OnEnded } = {}) {
  const all = new Map<string, Kept>();
  const opening = new Map<string, { holder: Holder; opened: Promise<Terminal> }>();
  let timer: NodeJS.Timeout | null = null;

  function look(): void {
    const late = Date.now() - graceMs;
    for (const [id, terminal] of all) {
      const since = terminal.unreadSince();
      if (terminal.endedAt !== null ? terminal.endedAt < late : since !== null && since < late) {
        all.delete(id);
        terminal.close();
        if (terminal.endedAt === null) onEnded(terminal.holder, terminal.describe(), "unwatched");
      }
    }
    if (all.size === 0 && timer) {
      clearInterval(timer);
      timer = null;
    }
  }

  async function open(holder: Holder, about: { id: string; target: TerminalTarget }, start: () => Promise<Shell>): Promise<Terminal> {
    const known = all.get(about.id);
    if (known) return known.describe();
    const under = opening.get(about.id);
    if (under) return under.opened;
    const running = [...[...all.values()].filter(({ endedAt }) => endedAt === null), ...opening.values()];
    const broken = brokenBound(SHARES.terminals, running.map((one) => one.holder.person), holder.person);
    if (broken !== null) throw fail("TERMINALS_TOO_MANY", { who: broken.who, count: broken.bound });
    const opened = start().then((shell) => {
      const terminal: Kept = { ...createTerminal({ ...about, openedAt: Date.now() }, shell), holder, endedAt: null };
      all.set(about.id, terminal);
      void terminal.ended.then(() => {
        terminal.endedAt = Date.now();
        if (all.get(about.id) === terminal) onEnded(holder, terminal.describe(), "exited");
      });
      timer ??= setInterval(look, lookMs).unref();
      return terminal.describe();
    });
    opening.set(about.id, { holder, opened });
    return opened.finally(() => opening.delete(about.id));
  }

  /** The caller's own, or TERMINAL_GONE: another's terminal is not even known to be there. */
  function find(holder: Holder, id: string): Kept {
    const found = all.get(id);
    if (!found || keyOf(found.holder) !== keyOf(holder)) throw fail("TERMINAL_GONE", { minutes: GRACE_MINUTES });
    return found;
  }

  return {
    open,
    find,
    list: (holder: Holder) => [...all.values()].filter((each) => keyOf(each.holder) === keyOf(holder)).map((each) => each.describe()),
    /** Again and again without harm: one that is not there is closed. */
    close(holder: Holder, id: string): void {
      const found = all.get(id);
      if (!found || keyOf(found.holder) !== keyOf(holder)) return;
      all.delete(id);
      found.close();
    },
    /** Whose access ends, or changes, does not keep a shell that was opened with it. */
    closeOf(person: string): void {
      for (const [id, terminal] of all) {
        if (terminal.holder.person !== person) continue;
        all.delete(id);
        terminal.close();
      }
    },
    async closeAll(): Promise<void> {
      if (timer) clearInterval(timer);
      for (const terminal of all.values()) terminal.close();
      all.clear();
    },
    /** What takes memory now. */
    count: () => all.size,
  };
}
export type Terminals = ReturnType<typeof createTerminals>;

const keyOf = ({ login, person }: Holder) => JSON.stringify([login, person]);
