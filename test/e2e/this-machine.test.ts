import { get } from "node:http";
import type { Browser, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { appFolder, release } from "../world/apps/index.ts";
import type { Repository } from "../world/git/repositories.ts";
import { ensureImage } from "../world/images/images.ts";
import { raiseWorld, type World } from "../world/raise.ts";
import { launchBrowser, openWindow, type OpenWindow } from "./browser.ts";
import { keepEvidence } from "./evidence.ts";
import { createHands, type Hands } from "./hands.ts";
import { buildParts, startApp, type RealApp } from "./real.ts";
import { addService, createProject, drawerState, typeName } from "./story.ts";

// One story from a first start to an empty list, on this machine's own Docker and Caddy, by the keyboard alone.
const possible = process.getuid?.() === 0;
const story = test.skipIf(!possible);

let world: World;
let app: RealApp;
let browser: Browser;
let window: OpenWindow;
let hands: Hands;
let repository: Repository;
let hostname: string;
const undo: (() => Promise<unknown>)[] = [];

beforeAll(async () => {
  if (!possible) return;
  world = await raiseWorld();
  undo.push(() => world.stop());
  await ensureImage("node:24-slim");
  repository = await world.git.create("web", release("node-http", "r1"), { from: appFolder("node-http") });
  hostname = `web.${world.run}.test`;
  const parts = await buildParts();
  undo.push(parts.remove);
  app = await startApp(parts);
  undo.push(app.stop);
  browser = await launchBrowser({ hosts: { "*.test": "127.0.0.1" } });
  undo.push(() => browser.close());
  await reopen();
});
afterAll(async () => {
  for (const work of undo.reverse()) await work();
});
afterEach(async ({ task }) => {
  if (task.result?.state === "fail") await keepEvidence(task.name, window?.page, app);
});

async function reopen(): Promise<void> {
  window = await openWindow(browser, app.url());
  hands = createHands(window.page, { patience: 30_000 });
}

/** What the site answers through Caddy, asked by its hostname. */
const site = (path = "/", name = hostname) =>
  new Promise<{ status: number; body: string }>((resolve, reject) => {
    get({ host: "127.0.0.1", port: app.httpPort, path, headers: { host: name }, agent: false }, (answer) => {
      let body = "";
      answer.setEncoding("utf8").on("data", (text) => (body += text));
      answer.on("end", () => resolve({ status: answer.statusCode ?? 0, body }));
    }).on("error", reject);
  });

story("this machine becomes a server on a click", async () => {
  await hands.push(/^This machine/);
  await hands.seeRole("heading", "No project yet");
});

story("a project is made, and a service from a Git repository is deployed in it", async () => {
  await createProject(hands, "shop");
  await addService(hands, { kind: "Git", name: "web", repository: repository.http, hostname, healthPath: "/health", drainSeconds: 1 });
  await hands.page.getByRole("log", { name: "Build log" }).getByText("FROM").first().waitFor({ timeout: 60_000 });
  await drawerState(hands, "Live");
  expect(await site()).toMatchObject({ status: 200, body: expect.stringContaining("r1") });
});

story("the site opens in the browser by its hostname", async () => {
  await hands.press("Escape", "Escape");
  await hands.openCard("Services", /^web,/);
  const [opened]: [Page, void] = await Promise.all([window.page.waitForEvent("popup"), hands.press("o")]);
  await opened.waitForLoadState();
  expect({ url: opened.url(), text: await opened.locator("body").innerText() }).toEqual({
    url: `http://${hostname}:${app.httpPort}/`,
    text: expect.stringContaining("r1"),
  });
  await opened.close();
});
