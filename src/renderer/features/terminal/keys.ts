import { serverNumber } from "../../actions/shortcuts.ts";

const mac = typeof navigator !== "undefined" && /Mac|iPhone|iPad/.test(navigator.userAgent);

export type TerminalKey = "leave" | "find" | "copy" | "paste" | "window" | "shell";
export type Pressed = Pick<KeyboardEvent, "key" | "code" | "ctrlKey" | "metaKey" | "shiftKey" | "altKey">;

/** What the way out is called, for its label. */
export const LEAVE = mac ? "⌃⇧E" : "Ctrl ⇧ E";
export const FIND = mac ? "⌘F" : "Ctrl ⇧ F";
export const OPEN_LINK = mac ? "⌘ and click opens it" : "Ctrl and click opens it";

/** Whose a key is while a terminal has the focus: the shell's, but for a few that no shell uses. */
export function keyFor(event: Pressed, selected: boolean, onMac = mac): TerminalKey {
  const key = event.key.toLowerCase();
  const { ctrlKey, metaKey, shiftKey, altKey } = event;
  if (serverNumber(event, { writing: true, onMac })) return "window";
  if (ctrlKey && shiftKey && !altKey && key === "e") return "leave";
  if (onMac) {
    if (metaKey && !shiftKey && key === "f") return "find";
    if (metaKey && key === "c") return selected ? "copy" : "window";
    return metaKey ? "window" : "shell";
  }
  if (ctrlKey && shiftKey && !altKey) {
    if (key === "f") return "find";
    if (key === "c") return "copy";
    if (key === "v") return "paste";
  }
  if (ctrlKey && !shiftKey && !altKey && selected && key === "c") return "copy";
  if (key === "insert" && ctrlKey) return "copy";
  if (key === "insert" && shiftKey) return "paste";
  return "shell";
}
