import Anser from "anser";
import { Fragment, type ReactNode } from "react";
import { withoutControls } from "./plain.ts";

// The sixteen colours of a terminal, as far as they carry a meaning here.
const inks: Record<string, string> = {
  "ansi-red": "text-bad",
  "ansi-bright-red": "text-bad",
  "ansi-green": "text-ok",
  "ansi-bright-green": "text-ok",
  "ansi-yellow": "text-warn",
  "ansi-bright-yellow": "text-warn",
  "ansi-blue": "text-accent",
  "ansi-bright-blue": "text-accent",
  "ansi-cyan": "text-accent",
  "ansi-bright-cyan": "text-accent",
  "ansi-black": "text-text-3",
  "ansi-bright-black": "text-text-3",
};

function marked(text: string, word: string): ReactNode {
  if (!word) return text;
  const parts: ReactNode[] = [];
  const lower = text.toLowerCase();
  let from = 0;
  for (let at = lower.indexOf(word); at >= 0; at = lower.indexOf(word, from)) {
    parts.push(text.slice(from, at), <mark key={at} className="rounded-[3px] bg-warn-tint text-warn">{text.slice(at, at + word.length)}</mark>);
    from = at + word.length;
  }
  return [...parts, text.slice(from)].map((part, index) => <Fragment key={index}>{part}</Fragment>);
}

/** A line of output with its colours as classes; never as HTML. */
export function Ansi({ text, word }: { text: string; word: string }) {
  if (!text.includes("\u001b")) return marked(withoutControls(text), word);
  return Anser.ansiToJson(text, { use_classes: true, remove_empty: true }).map((part, index) => (
    <span key={index} className={[inks[part.fg] ?? "", part.decorations.includes("bold") ? "font-medium" : "", part.decorations.includes("dim") ? "text-text-3" : ""].join(" ")}>
      {marked(withoutControls(part.content), word)}
    </span>
  ));
}
