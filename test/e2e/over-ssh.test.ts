import { get } from "node:http";
import type { Browser } from "playwright-core";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { appFolder, release } from "../world/apps/index.ts";
import type { Repository } from "../world/git/repositories.ts";
import { raiseWorld, type World } from "../world/raise.ts";
import type { Server } from "../world/server.ts";
import { launchBrowser, openWindow, type OpenWindow } from "./browser.ts";
import { keepEvidence } from "./evidence.ts";
import { createHands, type Hands } from "./hands.ts";
import { buildParts, startApp, type RealApp } from "./real.ts";
import { addService, createProject, drawerState } from "./story.ts";

// A real server over real SSH: from its address to a site of its own, and back after the line was cut.
const possible = process.getuid?.() === 0;
const story = test.skipIf(!possible);

let world: World;
let server: Server;
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
  server = await world.server("ready");
  repository = await world.git.create("web", release("node-http", "r1"), { from: appFolder("node-http") });
  hostname = `web.${world.run}.test`;
  const parts = await buildParts();
  undo.push(parts.remove);
  app = await startApp({ ...parts, env: { SSH_AUTH_SOCK: "" } });
  undo.push(app.stop);
  browser = await launchBrowser({ hosts: { "*.test": server.address } });
  undo.push(() => browser.close());
  window = await openWindow(browser, app.url());
  hands = createHands(window.page, { patience: 60_000 });
});
afterAll(async () => {
  for (const work of undo.reverse()) await work();
});
afterEach(async ({ task }) => {
  if (task.result?.state === "fail") await keepEvidence(task.name, window?.page, app);
});

const site = (path = "/") =>
  new Promise<{ status: number; body: string }>((resolve, reject) => {
    get({ host: server.address, port: 80, path, headers: { host: hostname }, agent: false }, (answer) => {
      let body = "";
      answer.setEncoding("utf8").on("data", (text) => (body += text));
      answer.on("end", () => resolve({ status: answer.statusCode ?? 0, body }));
    }).on("error", reject);
  });

story("a server is added by its address and key; its host key is shown before anything is sent", async () => {
  await hands.push(/^A server over SSH/);
  await hands.fill("Address", `root@${server.address}`, "combobox");
  await hands.choose("Sign in with", "Key file");
  await hands.fill("Key file on this computer", server.privateKeyPath, "combobox");
  await hands.fill(/^Name/, "fra-1");
  await hands.push("Add the server");
  await hands.see(await server.hostKeyFingerprint());
  await hands.push("Trust and connect");
  await hands.seeRole("button", /^Open fra-1/, 180_000);
  await hands.push(/^Open fra-1/);
  await hands.seeRole("heading", "No project yet");
});

story("a service is deployed there and its site opens", async () => {
  await createProject(hands, "shop");
  await addService(hands, { shape: "Web service", name: "web", repository: repository.http, hostname, healthPath: "/health", drainSeconds: 1 });
  await drawerState(hands, "Live", 180_000);
  const [opened] = await Promise.all([window.page.waitForEvent("popup"), hands.press("o")]);
  await opened.waitForLoadState();
  expect({ url: opened.url(), text: await opened.locator("body").innerText() }).toEqual({ url: `http://${hostname}/`, text: "r1\n" });
  await opened.close();
});

story("the line is cut: what is shown is kept, and it comes back by itself", async () => {
  await server.cutNetwork();
  await hands.page.locator("[data-stale]").first().waitFor({ timeout: 90_000 });
  await hands.seeRole("button", /^web, /);
  await server.mendNetwork();
  await hands.page.locator("[data-stale]").first().waitFor({ state: "detached", timeout: 120_000 });
  expect(await site()).toEqual({ status: 200, body: "r1\n" });
});

story("the app is closed in the middle of a deploy; the server finishes it alone", async () => {
  const slow = `RUN ["node", "-e", "let n = 0; const t = setInterval(() => { console.log('slow line ' + ++n); if (n === 12) clearInterval(t) }, 400)", "${world.run}"]`;
  await repository.commit({ ...release("node-http", "r2"), Dockerfile: `FROM node:24-slim\nWORKDIR /app\n${slow}\nCOPY . .\nEXPOSE 3000\nCMD ["node", "server.mjs"]\n` }, "Build slowly");
  await hands.press("Shift+D");
  await hands.page.getByRole("log", { name: "Build log" }).getByText("slow line 3").first().waitFor({ timeout: 120_000 });
  await window.close();
  await app.restart();
  await expect.poll(() => site(), { timeout: 60_000, interval: 200 }).toEqual({ status: 200, body: "r2\n" });
  window = await openWindow(browser, app.url());
  hands = createHands(window.page, { patience: 60_000 });
  await hands.openCard("Projects", /^shop/);
  await hands.openCard("Services", /^web,/);
  await hands.fill(/^Search/, "slow line");
  await hands.see("slow line 12");
  const lines = await hands.page.getByRole("log", { name: "Build log" }).innerText();
  expect(lines.match(/slow line \d+$/gm)).toEqual(Array.from({ length: 12 }, (_, index) => `slow line ${index + 1}`));
});

story("a password is asked for, and asked again when it was wrong", async () => {
  await hands.press("Escape", "Escape", "Escape", "a");
  await hands.fill("Address", `deploy@${server.address}`, "combobox");
  await hands.choose("Sign in with", "Password");
  await hands.fill(/^Name/, "by-password");
  await hands.push("Add the server");
  await hands.fill("Password", "not the password");
  await hands.press("Enter");
  await hands.see(`${server.address} refused this password.`);
  await hands.fill("Password", server.users.deploy.password);
  await hands.press("Enter");
  await hands.push(/^Open by-password/);
  // The same agent, through a door of this login's own.
  await hands.openCard("Projects", /^shop/);
  await hands.seeRole("button", /^web, .*, Live/);
});

story("nothing listens on the server but its own SSH and Caddy", async () => {
  const lines = (await server.exec(["ss", "-Hltn"])).split("\n").map((line) => line.trim().split(/\s+/)[3] ?? "");
  const outside = lines.filter((address) => !/^(127\.|\[::1\])/.test(address)).map((address) => address.slice(address.lastIndexOf(":") + 1));
  expect([...new Set(outside)].sort()).toEqual(["22", "80"]);
});
