import { afterAll, beforeEach, expect, test, vi } from "vitest";

const acts = vi.hoisted(() => ({ first: vi.fn(), second: vi.fn(), isFirst: true }));
vi.mock("../app/view.ts", () => ({ go: {}, useView: { getState: () => ({ dialog: null }) } }));
vi.mock("../data/servers.ts", () => ({ servers: { get: () => [] } }));
vi.mock("../link.ts", () => ({ inElectron: false }));
vi.mock("./context.ts", () => ({ readContext: () => ({}) }));
vi.mock("./index.ts", () => ({
  actions: [
    { shortcut: "shift+enter", when: () => acts.isFirst, run: acts.first },
    { shortcut: "shift+enter", when: () => !acts.isFirst, run: acts.second },
  ],
}));
const listeners: ((event: KeyboardEvent) => void)[] = [];
vi.stubGlobal("window", { addEventListener: (_: string, listener: (event: KeyboardEvent) => void) => listeners.push(listener) });
vi.stubGlobal("document", { querySelector: () => null });
vi.stubGlobal("HTMLElement", class {});
afterAll(() => vi.unstubAllGlobals());
const { listenForShortcuts } = await import("./listen.ts");
listenForShortcuts();

/** Answers whether the window took the keys. */
function press(repeat: boolean): boolean {
  const event = { key: "Enter", shiftKey: true, ctrlKey: false, metaKey: false, altKey: false, repeat, isComposing: false, defaultPrevented: false, target: null, preventDefault: () => void (event.defaultPrevented = true), stopPropagation: () => {} };
  for (const listener of listeners) listener(event as never);
  return event.defaultPrevented;
}

beforeEach(() => vi.clearAllMocks());

test("keys that are held are one press, and begin nothing else once that is done", () => {
  acts.first.mockImplementation(() => (acts.isFirst = false));
  expect([press(false), press(true), press(true)]).toEqual([true, true, true]);
  expect([acts.first.mock.calls.length, acts.second.mock.calls.length]).toEqual([1, 0]);
  // Let go and pressed anew they are another press.
  expect([press(false), acts.second.mock.calls.length]).toEqual([true, 1]);
});
