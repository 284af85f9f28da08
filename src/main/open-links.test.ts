import { afterEach, beforeEach, expect, test, vi } from "vitest";

type Listener = (event: { preventDefault(): void }, given: never) => void;
const electron = vi.hoisted(() => ({
  on: {} as Record<string, Listener>,
  packaged: false,
  registered: [] as unknown[],
  sent: [] as unknown[],
  loading: false,
  loaded: [] as (() => void)[],
  windows: 1,
}));

const window = {
  webContents: {
    isLoadingMainFrame: () => electron.loading,
    once: (_name: string, act: () => void) => electron.loaded.push(act),
    send: (...said: unknown[]) => electron.sent.push(said),
  },
};
vi.mock("electron", () => ({
  app: {
    on: (name: string, act: Listener) => (electron.on[name] = act),
    get isPackaged() {
      return electron.packaged;
    },
    setAsDefaultProtocolClient: (...given: unknown[]) => electron.registered.push(given),
  },
  protocol: {},
  BrowserWindow: { getAllWindows: () => Array.from({ length: electron.windows }, () => window) },
}));
const { hearLinks } = await import("./open-links.ts");

const { argv } = process;
const event = { preventDefault: vi.fn() };
const say = (name: string, given: unknown) => electron.on[name]!(event, given as never);
const settled = () => new Promise((resolve) => setImmediate(resolve));
beforeEach(() => Object.assign(electron, { on: {}, registered: [], sent: [], loading: false, loaded: [], windows: 1, packaged: false }));
afterEach(() => void (process.argv = argv));

test("a link that started the app waits for its window", async () => {
  process.argv = ["aeroplane", "--", "aeroplane://open/people"];
  electron.loading = true;
  const links = hearLinks();
  await settled();
  expect(electron.sent).toEqual([]);
  links.follow(async () => {});
  await settled();
  expect(electron.sent).toEqual([]);
  for (const act of electron.loaded) act();
  expect(electron.sent).toEqual([["link", "/people"]]);
});

test("a later one brings the window to the front, and each goes there once", async () => {
  process.argv = ["aeroplane"];
  const show = vi.fn(async () => {});
  const links = hearLinks();
  links.follow(show);
  say("second-instance", ["aeroplane", "--flag", "aeroplane://open/settings"]);
  await settled();
  say("open-url", "aeroplane://open/doctor");
  await settled();
  say("open-url", "aeroplane://app/index.html");
  say("second-instance", ["aeroplane"]);
  await settled();
  expect([electron.sent, show.mock.calls.length, event.preventDefault.mock.calls.length]).toEqual([[["link", "/settings"], ["link", "/doctor"]], 2, 2]);
});

test("without a window it waits for the next one; only a package registers the scheme", async () => {
  process.argv = ["aeroplane"];
  electron.windows = 0;
  electron.packaged = true;
  const links = hearLinks();
  links.follow(async () => {});
  say("open-url", "aeroplane://open/people");
  await settled();
  expect([electron.sent, electron.registered]).toEqual([[], [["aeroplane", process.execPath, ["--"]]]]);
  electron.windows = 1;
  say("open-url", "aeroplane://open/settings");
  await settled();
  expect(electron.sent).toEqual([["link", "/settings"]]);
});
