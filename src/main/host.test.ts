// No Electron runs in the tests: its surface is stood in for, and what we hand to it is looked at.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import type { Guest } from "./services/keeper.ts";

const electron = vi.hoisted(() => ({
  serve: null as null | ((request: { url: string; method: string }) => Promise<Response>),
  port: null as null | ((event: unknown) => void),
  again: null as null | ((event: unknown) => void),
  contents: null as null | ((event: unknown, contents: unknown) => void),
  permission: null as null | ((contents: unknown, permission: string, answer: (yes: boolean) => void) => void),
  opened: [] as string[],
}));

vi.mock("electron", () => ({
  app: { on: (name: string, act: never) => name === "web-contents-created" && (electron.contents = act), whenReady: async () => {} },
  protocol: { registerSchemesAsPrivileged: () => {}, handle: (_scheme: string, act: never) => (electron.serve = act) },
  ipcMain: { handle: (name: string, act: never) => (name === "port" ? (electron.port = act) : (electron.again = act)) },
  session: { defaultSession: { setPermissionRequestHandler: (act: never) => (electron.permission = act), setPermissionCheckHandler: () => {}, setDevicePermissionHandler: () => {} } },
  shell: { openExternal: async (url: string) => void electron.opened.push(url) },
}));

const guests = new Set<Guest>();
let startedAgain = 0;
let folder: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "window-"));
  writeFileSync(join(folder, "index.html"), "<!doctype html>");
  const [{ harden }, { handOutPorts }, { serveWindow }] = await Promise.all([import("./harden.ts"), import("./ports.ts"), import("./scheme.ts")]);
  harden();
  serveWindow(folder);
  handOutPorts({ attach: (guest) => (guests.add(guest), () => void guests.delete(guest)), startAgain: () => void (startedAgain += 1) });
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test("the scheme serves the window's files alone, under its policy", async () => {
  const ask = (url: string, method = "GET") => electron.serve!({ url, method });
  const page = await ask("aeroplane://app/index.html");
  expect([page.status, page.headers.get("content-type"), page.headers.get("content-security-policy")]).toEqual([
    200,
    "text/html; charset=utf-8",
    expect.stringContaining("default-src 'none'; script-src 'self'"),
  ]);
  const others = ["aeroplane://other/index.html", "aeroplane://app/../../etc/passwd", "aeroplane://app/none.js"];
  expect(await Promise.all([...others.map((url) => ask(url)), ask("aeroplane://app/index.html", "POST")].map(async (answer) => (await answer).status))).toEqual([404, 404, 404, 404]);
});

test("only our own page, in its main frame, gets ports and starts the services; a page loaded again takes the place of the one before", () => {
  const got: unknown[] = [];
  const frame = { parent: null, origin: "aeroplane://app", postMessage: (...given: unknown[]) => void got.push(given) };
  const gone: (() => void)[] = [];
  const sender = { once: (_name: string, act: () => void) => void gone.push(act) };
  for (const stranger of [null, { ...frame, origin: "https://evil.test" }, { ...frame, parent: frame }]) {
    expect(() => electron.port!({ sender, senderFrame: stranger })).toThrow("Refused.");
    expect(() => electron.again!({ sender, senderFrame: stranger })).toThrow("Refused.");
  }
  expect([guests.size, startedAgain]).toEqual([0, 0]);
  electron.port!({ sender, senderFrame: frame });
  electron.port!({ sender, senderFrame: frame });
  electron.again!({ sender, senderFrame: frame });
  expect([guests.size, startedAgain]).toEqual([1, 1]);
  const [guest] = guests;
  guest!.state({ state: "running" });
  guest!.port("a port");
  expect(got).toEqual([
    ["services", { state: "running" }],
    ["port", null, ["a port"]],
  ]);
  // A frame that has just gone takes nothing with it.
  frame.postMessage = () => {
    throw new Error("Render frame was disposed");
  };
  const complained = vi.spyOn(console, "error").mockImplementation(() => {});
  guest!.state({ state: "starting" });
  expect(complained).toHaveBeenCalledOnce();
  complained.mockRestore();
  for (const end of gone) end();
  expect(guests.size).toBe(0);
});

test("nothing navigates away, and only plain web addresses go to the browser", () => {
  const listeners: Record<string, (event: { preventDefault(): void }) => void> = {};
  let open: (details: { url: string }) => unknown = () => {};
  electron.contents!(null, { on: (name: string, act: never) => (listeners[name] = act), setWindowOpenHandler: (act: never) => (open = act) });
  const prevented = ["will-navigate", "will-redirect", "will-attach-webview"].map((name) => {
    const event = { preventDefault: vi.fn() };
    listeners[name]!(event);
    return event.preventDefault.mock.calls.length;
  });
  const answers = ["https://a.test/", "http://shop.localhost:8080/", "file:///etc/passwd", "javascript:alert(1)", "https://user:secret@a.test/", "nonsense"].map((url) => open({ url }));
  expect([prevented, new Set(answers.map((answer) => JSON.stringify(answer))), electron.opened]).toEqual([
    [1, 1, 1],
    new Set(['{"action":"deny"}']),
    ["https://a.test/", "http://shop.localhost:8080/"],
  ]);
});

test("permissions are refused, but for the clipboard and notifications of our own page", () => {
  const ask = (permission: string, url: string) => {
    let given: boolean | undefined;
    electron.permission!({ getURL: () => url }, permission, (yes) => (given = yes));
    return given;
  };
  const own = "aeroplane://app/index.html";
  expect([ask("clipboard-sanitized-write", own), ask("notifications", own), ask("media", own), ask("notifications", "https://evil.test/")]).toEqual([true, true, false, false]);
});
