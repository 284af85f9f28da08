import type { IBufferRange, ILink, ILinkProvider, Terminal } from "@xterm/xterm";

const ADDRESS = /https?:\/\/[^\s"'<>`{}|\\^[\]]+/g;
/** What ends a sentence does not belong to an address. */
const TAIL = /[.,;:!?)]+$/;

/** Only the web, and only on purpose: what a program prints must not open anything by an accidental click. */
export function openLink(event: MouseEvent, address: string): void {
  if (!event.ctrlKey && !event.metaKey) return;
  if (!/^https?:\/\//i.test(address)) return;
  window.open(address, "_blank", "noopener,noreferrer");
}

/** Addresses in the text, also where a line is wrapped. */
export function linkProvider(terminal: Terminal, hint: (shown: boolean) => void): ILinkProvider {
  return {
    provideLinks(number, done) {
      const { text, first } = wrapped(terminal, number);
      const links = [...text.matchAll(ADDRESS)].flatMap((found): ILink[] => {
        const address = found[0].replace(TAIL, "");
        const range = rangeOf(found.index, address.length, first, terminal.cols);
        if (range.start.y > number || range.end.y < number) return [];
        return [{ range, text: address, activate: openLink, hover: () => hint(true), leave: () => hint(false) }];
      });
      done(links.length > 0 ? links : undefined);
    },
  };
}

/** The whole line that a row belongs to; `first` is the number of its first row, from 1. */
function wrapped(terminal: Terminal, number: number): { text: string; first: number } {
  const buffer = terminal.buffer.active;
  let first = number;
  while (first > 1 && buffer.getLine(first - 1)?.isWrapped) first -= 1;
  let text = "";
  for (let row = first; row === first || buffer.getLine(row - 1)?.isWrapped; row += 1) {
    text += (buffer.getLine(row - 1)?.translateToString(false) ?? "").padEnd(terminal.cols);
    if (text.length > 4096) break;
  }
  return { text, first };
}

function rangeOf(index: number, length: number, first: number, columns: number): IBufferRange {
  const at = (offset: number) => ({ x: (offset % columns) + 1, y: first + Math.floor(offset / columns) });
  return { start: at(index), end: at(index + length - 1) };
}
