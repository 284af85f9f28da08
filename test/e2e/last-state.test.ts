import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createRouterClient, implement } from "@orpc/server";
import { fail } from "@aeroplane/agent/contract";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { desktopContract } from "../../src/contract/index.ts";
import type { AgentClient } from "../../src/desktop/agent/client.ts";
import { createKeychain } from "../../src/desktop/keychain/keychain.ts";
import { createKnownFiles } from "../../src/desktop/known/files.ts";
import { createKnown } from "../../src/desktop/known/known.ts";
import { createPrompts } from "../../src/desktop/prompts/prompts.ts";
import { createRouter } from "../../src/desktop/router.ts";
import { createCredits } from "../../src/desktop/rpc/credit.ts";
import { handlerOptions } from "../../src/desktop/rpc/handler.ts";
import { createNotices } from "../../src/desktop/servers/notices.ts";
import { createServersFile } from "../../src/desktop/servers/file.ts";
import { createServers } from "../../src/desktop/servers/servers.ts";
import type { OpenSession } from "../../src/desktop/servers/session.ts";
import { createWebHost } from "../../src/web/host.ts";
import { launchBrowser, openWindow, type OpenWindow } from "./browser.ts";
import { createFixture } from "./fixture/fixture.ts";
import { buildWindow } from "./fixture/window.ts";
import { createHands } from "./hands.ts";

// The desktop's own services and files, a window of a real browser; only the far ends are in memory, so that they can be away.
const folder = mkdtempSync(join(tmpdir(), "last-state-"));
let browser: Browser;
let window: Awaited<ReturnType<typeof buildWindow>>;

beforeAll(async () => {
  [window, browser] = await Promise.all([buildWindow(), launchBrowser()]);
});
afterAll(async () => {
  await browser?.close();
  rmSync(folder, { recursive: true, force: true });
});

const fixture = createFixture();
const [first, second] = fixture.servers.get();

/** A session with what the fixture keeps under that name. */
function answering(id: string): Awaited<ReturnType<OpenSession>> {
  const client = createRouterClient(fixture.router, { context: { server: id } }).agent as unknown as AgentClient["client"];
  const call: AgentClient["call"] = (path, input, options) => {
    const procedure = path.reduce<unknown>((at, name) => (at as Record<string, unknown>)[name], client);
    return (procedure as (given: unknown, options: object) => Promise<unknown>)(input, options);
  };
  const hello = fixture.servers.get().find((server) => server.id === id)!.hello!;
  return { agent: { client, call, raw: null as never, inUse: () => false, close: () => {} }, hello, ping: async () => hello, close: () => {}, closed: new Promise(() => {}) };
}

/** One life of the app; the servers of those names answer in it. */
async function openApp(there: readonly string[]) {
  const keychain = createKeychain({ load: async () => Promise.reject(new Error("none")) });
  const prompts = createPrompts();
  const open: OpenSession = async ({ login }) => {
    if (!there.includes(login!.address)) throw fail("CONNECTION_TIMED_OUT", { address: login!.address, port: 22, seconds: 20 });
    return answering(login!.address === "203.0.113.1" ? first!.id : second!.id);
  };
  const way = () => Promise.reject(new Error("No way is asked for."));
  const ssh = { forgetServer: async () => {} };
  const servers = await createServers({ file: createServersFile(folder), open, way, keychain, prompts, ssh, notices: createNotices() });
  const known = createKnown({ files: createKnownFiles(join(folder, "known")), servers, rest: 100, writeEvery: 500 });
  const credits = createCredits();
  const router = createRouter({ servers, known, prompts, credits } as never);
  const host = await createWebHost({ router, handler: handlerOptions({ credits }), folder: window.folder });
  return {
    servers,
    url: host.url,
    async close() {
      await host.close();
      known.close();
      servers.close();
    },
  };
}

const patiently = { timeout: 90_000, interval: 100 };
const add = (servers: Awaited<ReturnType<typeof createServers>>, name: string, address: string) => servers.add({ name, user: "root", address, port: 22, auth: { type: "agent" } });
const shown = (opened: OpenWindow) => createHands(opened.page, { patience: 60_000 });

test("what servers last said is there after a new start, while they are away, and is searched as one", async () => {
  const app = await openApp(["203.0.113.1", "203.0.113.2"]);
  await add(app.servers, "near", "203.0.113.1");
  await add(app.servers, "far", "203.0.113.2");
  const kept = (name: string) => readFile(join(folder, "known", `${app.servers.list().find((server) => server.name === name)!.id}.json`), "utf8").catch(() => "");
  const before = await openWindow(browser, app.url);
  await shown(before).seeRole("button", /^shop/);
  // The next lives of the app show what was kept in this one.
  await expect.poll(() => kept("near"), patiently).toContain('"shop"');
  await expect.poll(() => kept("far"), patiently).toContain('"bot"');
  await before.close();
  await app.close();

  const later = await openApp(["203.0.113.1"]);
  const opened = await openWindow(browser, later.url);
  const hands = shown(opened);
  // Of another server than the one that is looked at, by a few letters.
  await hands.seeRole("button", /^shop/);
  await hands.press("Control+k");
  await hands.seeRole("combobox", "Search and act");
  await hands.type("bot far");
  await hands.seeRole("option", /^bot playground · far · /);
  await hands.press("Enter");
  await hands.seeRole("heading", "far");
  await hands.see(/^The connection was lost|did not answer|What is shown is from/);
  await hands.seeRole("button", /^bot, .*/);
  await opened.page.locator("[data-stale]").first().waitFor();
  expect(opened.errors).toEqual([]);
  await opened.close();
  await later.close();
});

test("what the window shows first waits for no word over its link", async () => {
  const app = await openApp([]);
  const near = app.servers.list().find(({ name }) => name === "near")!;
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
  await context.addInitScript((view) => localStorage.setItem("aeroplane.view", view), JSON.stringify({ serverId: near.id, section: "projects" }));
  // It opens, and nothing ever comes of it.
  await context.routeWebSocket(/\/rpc$/, () => {});
  const page = await context.newPage();
  try {
    await page.goto(app.url);
    await page.getByRole("button", { name: /^shop/ }).first().waitFor({ timeout: 60_000 });
    await expect.poll(() => page.getByRole("list", { name: "Servers" }).getByRole("button").count(), patiently).toBe(2);
    expect(new URL(page.url()).hash).not.toContain("token");
  } finally {
    await context.close();
    await app.close();
  }
});

test("the order of the rail is changed by a drag and by the keyboard, and kept; a server that is forgotten leaves nothing", async () => {
  const app = await openApp([]);
  for (const [name, address] of [["near", "203.0.113.1"], ["far", "203.0.113.2"]] as const) {
    if (!app.servers.list().some((server) => server.name === name)) await add(app.servers, name, address);
  }
  const opened = await openWindow(browser, app.url);
  const tile = (name: string) => opened.page.locator("[data-server]").filter({ hasText: name });
  const order = async () => (await opened.page.locator("[data-server]").allInnerTexts()).map((text) => text.split(" ·")[0]!.trim());
  const kept = async () => (await createServersFile(folder).read()).map(({ name }) => name);
  await tile("near").waitFor();
  await tile("far").dragTo(tile("near"), { targetPosition: { x: 18, y: 2 } });
  await expect.poll(kept, patiently).toEqual(["far", "near"]);
  await expect.poll(order, patiently).toEqual(["far", "near"]);
  await tile("far").focus();
  await opened.page.keyboard.press("Alt+ArrowDown");
  await expect.poll(kept, patiently).toEqual(["near", "far"]);
  await expect.poll(() => tile("far").evaluate((element) => element === document.activeElement), patiently).toBe(true);
  const [gone] = app.servers.list().filter(({ name }) => name === "far");
  await app.servers.remove(gone!.id);
  await expect.poll(() => existsSync(join(folder, "known", `${gone!.id}.json`)), patiently).toBe(false);
  await opened.close();
  await app.close();
});

test("servers that never say a word stand in the rail at once", async () => {
  const quiet = createFixture({ data: "away" });
  quiet.servers.update((all) => all.map((server) => ({ ...server, connection: { state: "offline" } })));
  // Nothing else comes either, that would draw the window again.
  const never = (signal?: AbortSignal) => new Promise<never>((_resolve, reject) => signal?.addEventListener("abort", () => reject(new DOMException("Stopped", "AbortError"))));
  const silent = implement(desktopContract).transfers.watch.handler(async function* ({ signal }) {
    yield await never(signal);
  });
  const host = await createWebHost({ router: { ...quiet.router, transfers: { ...quiet.router.transfers, watch: silent } }, handler: handlerOptions(), folder: window.folder });
  const opened = await openWindow(browser, host.url, { remembered: { section: "settings", serverId: quiet.servers.get()[0]!.id } });
  try {
    await opened.page.getByRole("heading", { name: "Settings" }).first().waitFor();
    await expect.poll(() => opened.page.getByRole("list", { name: "Servers" }).getByRole("button").count(), patiently).toBe(5);
  } finally {
    await opened.close();
    await host.close();
  }
});
