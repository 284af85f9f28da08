const mac = typeof navigator !== "undefined" && /Mac|iPhone|iPad/.test(navigator.userAgent);

const signs: Record<string, string> = mac
  ? { mod: "⌘", shift: "⇧", alt: "⌥", enter: "⏎", esc: "Esc" }
  : { mod: "Ctrl", shift: "⇧", alt: "Alt", enter: "⏎", esc: "Esc" };

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
  if (event.altKey) return false;
  // A sign such as "?" needs Shift on most keyboards; only named keys ask for it.
  if (key.length > 1 && parts.includes("shift") !== event.shiftKey) return false;
  if (key.length === 1 && /[a-z]/.test(key) && parts.includes("shift") !== event.shiftKey) return false;
  return event.key.toLowerCase() === key;
}

/** The number of a server that was asked for: ⌘ or Ctrl or Alt with 1 to 9 (a browser keeps Ctrl for itself). */
export function serverNumber(event: Pressed & { code: string }): number | null {
  const held = event.metaKey || event.ctrlKey || event.altKey;
  const digit = /^Digit([1-9])$/.exec(event.code)?.[1];
  return held && !event.shiftKey && digit ? Number(digit) : null;
}
