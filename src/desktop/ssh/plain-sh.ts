import { commandLine } from "./quote.ts";

/** Words that mean the same to every shell, tcsh and fish included. */
const PLAIN = /^[A-Za-z0-9_./:@+,-][A-Za-z0-9_./:=@%+,-]*$/;

/**
 * Takes its command from the first line of stdin and leaves the rest to that command: `read` takes byte by byte. Nothing in
 * these quotes means anything to a login shell, not even to csh, which would not let a word go over a line's end.
 */
const TAKE_LINE = `sh -c 'IFS= read -r line && eval "$(printf %b "$line")"'`;

/**
 * One command as the line that SSH carries, and what its stdin has to begin with. A login shell may be any program: what is
 * more than plain words is never told to it, but to a `sh` on stdin.
 */
export function plainSh(argv: readonly string[]): { line: string; head: string } {
  if (argv.every((word) => PLAIN.test(word))) return { line: argv.join(" "), head: "" };
  return { line: TAKE_LINE, head: `${escaped(commandLine(argv))}\n` };
}

/** For printf's %b: one line, whatever stands in it. */
const escaped = (text: string) => text.replaceAll("\\", "\\\\").replaceAll("\n", "\\n").replaceAll("\r", "\\r");
