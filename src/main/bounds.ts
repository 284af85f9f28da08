export type Bounds = { x?: number; y?: number; width: number; height: number; maximized: boolean };
type Area = { x: number; y: number; width: number; height: number };

export const MINIMUM = { width: 960, height: 640 };
const first: Bounds = { width: 1280, height: 800, maximized: false };
/** So much of a window, at least, is to be seen on a screen: enough to take hold of it. */
const HANDLE = 64;

/** What was kept, put where a screen is now: its monitor may be gone, or smaller. Without a place the system chooses one. */
export function fitBounds(text: string | undefined, screens: readonly Area[]): Bounds {
  const { x, y, width, height, maximized } = parse(text);
  const size = { width: Math.max(width, MINIMUM.width), height: Math.max(height, MINIMUM.height), maximized };
  if (x === undefined || y === undefined) return size;
  // Its upper edge is what a person drags it by.
  const screen = screens.find((area) => overlap(x, x + size.width, area.x, area.x + area.width) >= HANDLE && y >= area.y - 1 && y <= area.y + area.height - HANDLE);
  if (!screen) return size;
  return { x, y, maximized, width: Math.max(MINIMUM.width, Math.min(size.width, screen.width)), height: Math.max(MINIMUM.height, Math.min(size.height, screen.height)) };
}

const overlap = (from: number, to: number, begin: number, end: number) => Math.min(to, end) - Math.max(from, begin);

function parse(text: string | undefined): Bounds {
  try {
    const kept = JSON.parse(text ?? "null") as Partial<Bounds> | null;
    const numbers = (...values: unknown[]) => values.every((value) => Number.isSafeInteger(value));
    if (!kept || !numbers(kept.width, kept.height)) return first;
    const place = numbers(kept.x, kept.y) ? { x: kept.x, y: kept.y } : {};
    return { ...place, width: kept.width!, height: kept.height!, maximized: kept.maximized === true };
  } catch {
    return first;
  }
}
