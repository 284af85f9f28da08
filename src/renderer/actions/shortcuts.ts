const mac = typeof navigator !== "undefined" && /Mac|iPhone|iPad/.test(navigator.userAgent);

const arrows = { arrowleft: "←", arrowright: "→" };
const signs: Record<string, string> = mac
  ? { ...arrows, mod: "⌘", shift: "⇧", alt: "⌥", enter: "⏎", esc: "Esc" }
  : { ...arrows, mod: "Ctrl", shift: "⇧", alt: "Alt", enter: "⏎", esc: "Esc" };

/** "mod+k" as this keyboard names it. */
export function shown(shortcut: string): string {
  const parts = shortcut.split("+").map((part) => signs[part] ?? part.toUpperCase());
  return parts.join(mac || parts[0] === "⇧" ? "" : " ");
}

export type Pressed = Pick<KeyboardEvent, "key" | "ctrlKey" | "metaKey" | "shiftKey" | "altKey">;

export function matches(shortcut: string, event: Pressed): boolean {
  const parts = shortcut.split("+");
  const key = parts.at(-1)!;
  const wantsMod = parts.includes("mod");
  if (wantsMod !== (mac ? event.metaKey : event.ctrlKey)) return false;
  if (parts.includes("alt") !== event.altKey) return false;
  // A sign such as "?" needs Shift on most keyboards; only named keys ask for it.
  if (key.length > 1 && parts.includes("shift") !== event.shiftKey) return false;
  if (key.length === 1 && /[a-z]/.test(key) && parts.includes("shift") !== event.shiftKey) return false;
  return event.key.toLowerCase() === key;
}

/** Whether the keys of an act were pressed: on a Mac those are its own there, too. */
export const pressedFor = ({ shortcut, macShortcut }: { shortcut?: string; macShortcut?: string }, event: Pressed, onMac = mac): boolean =>
  (shortcut !== undefined && matches(shortcut, event)) || (onMac && macShortcut !== undefined && matches(macShortcut, event));

/**
 * The number of a server that was asked for: ⌘ or Ctrl or Alt with 1 to 9 (a browser keeps ⌘ and Ctrl for itself).
 * `writing`: into a field or a shell, where Option makes characters on a Mac. AltGr is Ctrl and Alt at once, and makes them everywhere.
 */
export function serverNumber(event: Pressed & { code: string }, { writing = false, onMac = mac } = {}): number | null {
  const { ctrlKey, altKey, metaKey, shiftKey } = event;
  const digit = /^Digit([1-9])$/.exec(event.code)?.[1];
  if (!digit || shiftKey || (ctrlKey && altKey)) return null;
  const held = onMac ? metaKey || (altKey && !writing) : ctrlKey || altKey;
  return held ? Number(digit) : null;
}
