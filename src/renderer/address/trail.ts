import { fromOutside, type Address } from "./address.ts";
import { isPassing } from "./dialogs.ts";
import { read, write } from "./text.ts";

/** What a browser has of it; a test has its own. */
export type Surroundings = {
  history: Pick<History, "state" | "pushState" | "replaceState" | "back" | "forward">;
  /** What stands behind the "#". */
  fragment(): string;
  /** As if the window were opened with the fragment that it has now. */
  reload(): void;
};
/** The window itself: where it is, and how it is brought elsewhere. */
export type Shown = { current(): Address; show(address: Address): void };
export type Move = { /** A correction: nobody went there, and nobody wants to go back from there. */ replace?: boolean };

/** One entry of the history: its place in it, what stands below it, and its address. */
type Entry = { at: number; below: string | null; text: string };
export type Trail = ReturnType<typeof createTrail>;

/** Keeps the browser's history and the window together: each goes where the other went. */
export function createTrail({ current, show }: Shown) {
  let around: Surroundings | null = null;
  let entry: Entry = { at: 0, below: null, text: "" };
  /** The highest entry that is known. */
  let top = 0;
  /** On the way back from a dialog: the browser takes a moment, and moves made meanwhile wait for it. */
  let leaving: { then: Move | null } | null = null;

  function put(next: Entry, how: "pushState" | "replaceState"): void {
    entry = next;
    if (how === "pushState") top = entry.at;
    around?.history[how]({ aeroplane: { at: entry.at, below: entry.below } }, "", `#${entry.text}`);
  }

  /** The window is there now. */
  function goTo(address: Address, move: Move = {}): void {
    if (!around) return;
    if (leaving) {
      // Somebody who went somewhere meanwhile did so, whatever was corrected after it.
      if (leaving.then?.replace !== false) leaving.then = { replace: move.replace ?? false };
      return;
    }
    const text = write(address);
    if (text === entry.text) return;
    const [page, open] = entry.text.split("?");
    if (open !== undefined && page === text && entry.below === text) {
      leaving = { then: null };
      return around.history.back();
    }
    // A dialog that led elsewhere, or to another one, has had its turn: nobody wants it back.
    if (move.replace || open !== undefined || (address.dialog && isPassing(address.dialog))) put({ ...entry, text }, "replaceState");
    else put({ at: entry.at + 1, below: entry.text, text }, "pushState");
  }

  /** The browser is at another entry, by its own keys or by ours; said twice it is one. */
  function arrived(): void {
    if (!around) return;
    const text = around.fragment();
    const mark = markOf(around.history.state);
    if (!mark) return cameFromOutside(text);
    if (mark.at === entry.at && text === entry.text) return;
    entry = { ...mark, text };
    top = Math.max(top, entry.at);
    if (leaving) {
      const { then } = leaving;
      leaving = null;
      return goTo(current(), then ?? {});
    }
    const address = read(text);
    if (address) show(address);
  }

  /** A fragment that was typed, or a link that was followed. */
  function cameFromOutside(text: string): void {
    if (isInvitation(text)) return around?.reload();
    const asked = read(text);
    const address = asked ? fromOutside(asked) : current();
    leaving = null;
    // The browser has made an entry for it already, unless it says what was there before.
    if (text !== entry.text) {
      top = entry.at + 1;
      entry = { at: top, below: entry.text, text: write(address) };
    }
    put(entry, "replaceState");
    if (asked) show(address);
  }

  return {
    /** Begins at the fragment where it says something, else where the window is; after the token has left it. */
    start(surroundings: Surroundings): void {
      around = surroundings;
      const mark = markOf(around.history.state);
      const asked = read(around.fragment());
      const address = asked ? (mark ? asked : fromOutside(asked)) : current();
      put({ at: mark?.at ?? 0, below: mark?.below ?? null, text: write(address) }, "replaceState");
      top = entry.at;
      if (asked) show(address);
    },
    goTo,
    arrived,
    /** A link of the system, as text. */
    follow(text: string): void {
      const asked = read(text);
      if (!asked) return;
      const { dialog } = current();
      // What stands in its page's own entry has to leave it first, or Back would not find the page.
      if (dialog && isPassing(dialog)) goTo({ ...current(), dialog: null });
      show(fromOutside(asked));
      goTo(current());
    },
    canGoBack: () => entry.at > (leaving ? 1 : 0),
    canGoForward: () => entry.at < top,
    back(): void {
      // Never out of the window.
      if (entry.at > (leaving ? 1 : 0)) around?.history.back();
    },
    forward: (): void => around?.history.forward(),
  };
}

/** Says that an entry is ours; of another shape it is not. */
function markOf(state: unknown): { at: number; below: string | null } | null {
  const { at, below } = (state as { aeroplane?: { at?: unknown; below?: unknown } } | null)?.aeroplane ?? {};
  return Number.isInteger(at) && (below === null || typeof below === "string") ? { at: at as number, below } : null;
}

/** What a window is opened with, and no address: the token, or a code for it (link.ts). */
function isInvitation(text: string): boolean {
  const said = new URLSearchParams(text);
  return said.has("token") || said.has("code");
}
