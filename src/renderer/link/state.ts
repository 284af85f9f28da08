/** beginning: there was none yet, and nothing is wrong. refused: the program behind a browser's page has ended. stopped: the services beside Electron died too often. */
export type LinkState = "beginning" | "open" | "opening" | "refused" | "stopped";

let state: LinkState = "beginning";
let why: string | null = null;
const listeners = new Set<() => void>();

export const linkState = {
  get: () => state,
  /** What the services said when they died, if anything. */
  why: () => why,
  subscribe: (listener: () => void) => (listeners.add(listener), () => void listeners.delete(listener)),
};

export function become(next: LinkState, said: string | null = null): void {
  if (next === state && said === why) return;
  state = next;
  why = said;
  for (const listener of listeners) listener();
}
