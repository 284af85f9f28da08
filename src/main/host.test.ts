// No Electron runs in the tests: its surface is stood in for, and what we hand to it is looked at.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { MessageChannel, type MessagePort } from "node:worker_threads";
import { createORPCClient } from "@orpc/client";
import { RPCLink } from "@orpc/client/message-port";
import { os } from "@orpc/server";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { handlerOptions } from "../desktop/rpc/handler.ts";

const electron = vi.hoisted(() => ({
  serve: null as null | ((request: { url: string; method: string }) => Promise<Response>),
  port: null as null | ((event: unknown) => void),
  contents: null as null | ((event: unknown, contents: unknown) => void),
  permission: null as null | ((contents: unknown, permission: string, answer: (yes: boolean) => void) => void),
  opened: [] as string[],
}));

vi.mock("electron", () => ({
  app: { on: (name: string, act: never) => name === "web-contents-created" && (electron.contents = act), whenReady: async () => {} },
  protocol: { registerSchemesAsPrivileged: () => {}, handle: (_scheme: string, act: never) => (electron.serve = act) },
  ipcMain: { handle: (_name: string, act: never) => (electron.port = act) },
  session: { defaultSession: { setPermissionRequestHandler: (act: never) => (electron.permission = act), setPermissionCheckHandler: () => {}, setDevicePermissionHandler: () => {} } },
  shell: { openExternal: async (url: string) => void electron.opened.push(url) },
  MessageChannelMain: MessageChannel,
}));

let folder: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "window-"));
  writeFileSync(join(folder, "index.html"), "<!doctype html>");
  const [{ harden }, { handOutPorts }, { serveWindow }] = await Promise.all([import("./harden.ts"), import("./ports.ts"), import("./scheme.ts")]);
  harden();
  serveWindow(folder);
  handOutPorts({ router: { ping: os.handler(() => "pong") }, handler: handlerOptions() } as never);
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

test("only our own page, in its main frame, gets a port; and it carries the contract", async () => {
  let port: MessagePort | undefined;
  const frame = { parent: null, origin: "aeroplane://app", postMessage: (_name: string, _data: null, ports: MessagePort[]) => (port = ports[0]) };
  for (const stranger of [null, { ...frame, origin: "https://evil.test" }, { ...frame, parent: frame }]) {
    expect(() => electron.port!({ senderFrame: stranger })).toThrow("Refused.");
  }
  expect(port).toBeUndefined();
  electron.port!({ senderFrame: frame });
  const client = createORPCClient<{ ping(): Promise<string> }>(new RPCLink({ port: port as never }));
  expect(await client.ping()).toBe("pong");
  port!.close();
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
