import { FitAddon } from "@xterm/addon-fit";
import { SearchAddon } from "@xterm/addon-search";
import { Terminal } from "@xterm/xterm";
import "@xterm/xterm/css/xterm.css";
import { copyText } from "../../ui/note.tsx";
import { terminalColours } from "./colours.ts";
import { keyFor, OPEN_LINK } from "./keys.ts";
import { linkProvider, openLink } from "./links.ts";

export type Size = { rows: number; columns: number };
export type ScreenEvents = {
  typed: (data: Uint8Array) => void;
  resized: (size: Size) => void;
  leave: () => void;
  find: () => void;
};
export type Screen = ReturnType<typeof createScreen>;

const FONT = '12px "JetBrains Mono"';
const SCROLLBACK = 5000;

/** The drawn terminal. It lives as long as its shell is looked at, also while another view is shown. */
export function createScreen(on: ScreenEvents) {
  const terminal = new Terminal({
    fontFamily: '"JetBrains Mono", ui-monospace, monospace',
    fontSize: 12,
    fontWeight: 400,
    fontWeightBold: 500,
    lineHeight: 1.25,
    cursorBlink: false,
    scrollback: SCROLLBACK,
    theme: terminalColours(),
    // Programs choose colours for one background only.
    minimumContrastRatio: 4.5,
    linkHandler: { activate: openLink, allowNonHttpProtocols: false },
    macOptionIsMeta: true,
  });
  let live = true;
  const fit = new FitAddon();
  const search = new SearchAddon();
  terminal.loadAddon(fit);
  terminal.loadAddon(search);
  // A program must not write to the clipboard of whoever looks at it.
  terminal.parser.registerOscHandler(52, () => true);

  const host = document.createElement("div");
  host.className = "size-full";
  terminal.registerLinkProvider(linkProvider(terminal, (shown) => (host.title = shown ? OPEN_LINK : "")));
  const encoder = new TextEncoder();
  terminal.onData((text) => on.typed(encoder.encode(text)));
  // Mouse reports of the old kind are bytes, not text.
  terminal.onBinary((text) => on.typed(Uint8Array.from(text, (sign) => sign.charCodeAt(0) & 255)));
  terminal.onResize(({ rows, cols }) => on.resized({ rows, columns: cols }));
  terminal.attachCustomKeyEventHandler((event) => {
    const key = keyFor(event, terminal.hasSelection());
    // With no shell behind it Tab, Escape and all others are the window's again.
    if (key === "shell") return live;
    if (event.type !== "keydown") return false;
    if (key === "leave" || key === "find" || key === "copy") event.preventDefault();
    if (key === "leave") on.leave();
    if (key === "find") on.find();
    if (key === "copy" && terminal.hasSelection()) {
      void copyText(terminal.getSelection());
      terminal.clearSelection();
    }
    return false;
  });

  function refit(): void {
    if (host.isConnected && host.clientWidth > 40 && host.clientHeight > 20) fit.fit();
  }
  return {
    /** Shows it in this box until the answered function is called. */
    mount(box: HTMLElement): () => void {
      let left = false;
      box.append(host);
      const sizes = new ResizeObserver(refit);
      // Its cells are measured once: by then its type has to be there.
      void document.fonts.load(FONT).finally(() => {
        if (left) return;
        if (!terminal.element) terminal.open(host);
        terminal.textarea?.setAttribute("aria-label", "Terminal");
        refit();
        terminal.refresh(0, terminal.rows - 1);
        sizes.observe(box);
      });
      return () => {
        left = true;
        sizes.disconnect();
        host.remove();
      };
    },
    /** Resolves when it was drawn: only then more is taken. */
    write: (data: Uint8Array | string) => new Promise<void>((written) => terminal.write(data, written)),
    size: (): Size => ({ rows: terminal.rows, columns: terminal.cols }),
    focus: () => void document.fonts.load(FONT).finally(() => terminal.focus()),
    /** The shell is gone; what it said stays to be read. */
    rest: () => {
      live = false;
      terminal.options.cursorInactiveStyle = "none";
      terminal.options.disableStdin = true;
      terminal.write("\u001b[?25l");
    },
    recolour: () => (terminal.options.theme = terminalColours()),
    find: (word: string, back: boolean): boolean => (back ? search.findPrevious(word) : search.findNext(word)),
    dispose: () => (host.remove(), terminal.dispose()),
  };
}
