import { get } from "node:http";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { appFolder, release } from "../world/apps/index.ts";
import { run } from "../world/command.ts";
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

const complaints: string[] = [];
async function reopen(): Promise<void> {
  if (window) complaints.push(...window.errors);
  window = await openWindow(browser, app.url());
  hands = createHands(window.page, { patience: 60_000 });
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
  await addService(hands, { shape: "Web service", name: "web", repository: repository.http, hostname, healthPath: "/health", drainSeconds: 1 });
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

story("a changed line is live after the next deploy", async () => {
  await repository.commit(release("node-http", "r2"), "Say r2");
  await hands.press("Shift+D");
  await hands.page.locator("aside").getByText("Say r2").first().waitFor();
  await drawerState(hands, "Live");
  expect(await site()).toMatchObject({ status: 200, body: "r2\n" });
});

story("a broken app fails with its reason and the release from before keeps serving", async () => {
  await repository.commit(release("node-http", "r3", "exit"), "Break it");
  await hands.press("Shift+D");
  await hands.see(/^web exited with code 3 before it was ready/, 60_000);
  await hands.see("APP_EXITED");
  await hands.see("The release from before keeps serving.");
  expect(await site()).toMatchObject({ status: 200, body: "r2\n" });
  await repository.commit(release("node-http", "r4"), "Mend it");
  await hands.press("Shift+D");
  await hands.page.locator("aside").getByText("Mend it").first().waitFor();
  await drawerState(hands, "Live");
  expect(await site()).toMatchObject({ status: 200, body: "r4\n" });
});

story("what the app says is seen while it runs", async () => {
  await hands.press("l");
  await hands.see("release r4 starts, mode ok");
  await site("/log?lines=3&text=seen-live");
  await hands.see("seen-live 3");
});

story("a variable reaches the app with the next deploy, and stays sealed until it is asked for", async () => {
  await hands.press("v");
  await hands.push("Add a variable");
  await hands.fill("Name", "GREETING");
  await hands.fill("Value", "hello from the variable");
  await hands.push("Add the variable");
  await hands.seeRole("button", "Reveal GREETING");
  // The list may have it before the form has its answer, and the form holds what was typed.
  await hands.page.getByRole("form", { name: "New variable" }).waitFor({ state: "detached" });
  expect(await hands.page.getByText("hello from the variable").count()).toBe(0);
  await hands.push("Reveal GREETING");
  await hands.see("hello from the variable");
  await hands.press("Escape");
  await hands.press("Shift+Enter");
  await hands.page.getByRole("region", { name: "Staged changes", exact: true }).waitFor({ state: "detached" });
  await expectSoon(() => site("/env?name=GREETING"), { status: 200, body: "hello from the variable" });
});

story("an image, a site and a worker run beside it and reach it by name", async () => {
  const static_ = await world.git.create("docs", release("static", "s1"), { from: appFolder("static") });
  const worker = await world.git.create("worker", release("worker", "w1"), { from: appFolder("worker") });
  const docs = `docs.${world.run}.test`;
  const image = `image.${world.run}.test`;
  await addService(hands, { shape: "Static site", name: "docs", repository: static_.http, folder: "site", hostname: docs });
  await addService(hands, { shape: "Worker", name: "jobs", repository: worker.http, healthSeconds: 2, drainSeconds: 0 });
  await addService(hands, {
    shape: "Web service",
    name: "image",
    image: "node:24-slim",
    hostname: image,
    port: 4000,
    startCommand: `node -e 'require("http").createServer(async (q, a) => a.end(await (await fetch("http://web:3000/")).text())).listen(process.env.PORT)'`,
    drainSeconds: 0,
  });
  await drawerState(hands, "Live");
  expect([await site("/", image), await site("/release.txt", docs)]).toEqual([
    { status: 200, body: "r4\n" },
    { status: 200, body: "s1\n" },
  ]);
  await hands.press("Escape");
  await hands.seeRole("button", /^jobs, .*, Live\b/);
});

story("the window closes in the middle of a deploy: it goes on, and its log is complete", async () => {
  await repository.commit({ ...release("node-http", "r5"), Dockerfile: slowDockerfile("slow") }, "Build slowly");
  await hands.openCard("Services", /^web,/);
  await hands.press("Shift+D");
  await hands.page.getByRole("log", { name: "Build log" }).getByText("slow line 3").first().waitFor({ timeout: 60_000 });
  await window.close();
  await app.restart();
  await reopen();
  await hands.openCard("Projects", /^shop/);
  await hands.openCard("Services", /^web,/);
  await drawerState(hands, "Live", 60_000);
  expect(await site()).toMatchObject({ status: 200, body: "r5\n" });
  await hands.fill(/^Search/, "slow line");
  // The log is fetched anew by a window that was closed.
  const found = async () => (await hands.page.getByRole("log", { name: "Build log" }).innerText()).match(/slow line \d+$/gm);
  await expectSoon(found, Array.from({ length: 12 }, (_, index) => `slow line ${index + 1}`));
});

story("a deployment is cancelled", async () => {
  await repository.commit({ ...release("node-http", "r6"), Dockerfile: slowDockerfile("slower") }, "Never mind");
  // Out of the search: once for what was searched, once for the field.
  await hands.press("Escape", "Escape", "Shift+D");
  await hands.page.getByRole("log", { name: "Build log" }).getByText("slower line 2").first().waitFor({ timeout: 60_000 });
  await hands.palette("Cancel the deployment");
  await drawerState(hands, "Live");
  expect(await site()).toMatchObject({ status: 200, body: "r5\n" });
});

story("a service is stopped, started and restarted", async () => {
  await hands.palette("Stop");
  await drawerState(hands, "Stopped");
  // The intent is told at once, the hostname says so a moment later.
  await expect.poll(async () => (await site()).status, { timeout: 60_000 }).toBe(503);
  await hands.palette("Start");
  await drawerState(hands, "Live");
  expect(await site()).toEqual({ status: 200, body: "r5\n" });
  await hands.palette("Restart");
  await hands.see(/web restarted$/);
  expect(await site()).toEqual({ status: 200, body: "r5\n" });
});

story("what an app keeps in a volume of its image goes only by a yes that names the path", async () => {
  const keeps = `require("fs").writeFileSync("/data/kept", "1"); setInterval(() => {}, 1000)`;
  const keeper = await world.git.create("keeper", { Dockerfile: `FROM node:24-slim\nVOLUME /data\nCMD ${JSON.stringify(["node", "-e", keeps])}\n` });
  await addService(hands, { shape: "Worker", name: "keeper", repository: keeper.http, healthSeconds: 1, drainSeconds: 0 });
  await drawerState(hands, "Live");
  await hands.press("Shift+D");
  await hands.seeRole("dialog", "Deploy keeper");
  await hands.see("The data in /data");
  await hands.press("Escape");
  await drawerState(hands, "Live");
  await hands.palette("Stop");
  await hands.push("Delete data and stop");
  await drawerState(hands, "Stopped");
  await hands.press("Escape");
  await hands.openCard("Services", /^web,/);
});

story("an app that keeps dying is shown with its last lines", async () => {
  const state = hands.page.locator("aside header");
  // It is killed again as often as it comes back, until it is noticed.
  await expect
    .poll(async () => {
      await site("/crash").catch(() => {});
      return state.innerText();
    }, { timeout: 120_000, interval: 500 })
    .toContain("Crash-looping");
  await hands.press("Escape");
  await hands.see(/^Exit 1 · crashing on request/);
});

story("a service and then the project are deleted, by their typed names", async () => {
  await hands.openCard("Services", /^web,/);
  await hands.palette("Delete…");
  await hands.seeRole("list", "What goes");
  await typeName(hands, "web", "Delete the service");
  await hands.unsee("button", /^web,/);
  await expectSoon(async () => ({ status: (await site()).status }), { status: 404 });
  await hands.palette("Delete the project");
  await typeName(hands, "shop", "Delete the project");
  await hands.seeRole("heading", "No project yet");
});

story("nothing was complained about in the console", () => {
  expect(complaints.concat(window.errors)).toEqual([]);
});

// Only when it is asked for, because a picture is never twice the same.
if (possible && process.env.AEROPLANE_SHOT) {
  test("the README's picture is taken", () => run([process.execPath, join(import.meta.dirname, "screenshot.ts")], { timeout: 280_000 }));
}

/** Twelve lines at leisure; named by the run, so that no earlier build can answer for it. */
const slowDockerfile = (word: string) => [
  "FROM node:24-slim",
  "WORKDIR /app",
  `RUN ["node", "-e", "let n = 0; const t = setInterval(() => { console.log('${word} line ' + ++n); if (n === 12) clearInterval(t) }, 400)", "${world.run}"]`,
  "COPY . .",
  "EXPOSE 3000",
  `CMD ["node", "server.mjs"]`,
  "",
].join("\n");

async function expectSoon<T>(ask: () => Promise<T>, wanted: T): Promise<void> {
  await expect.poll(ask, { timeout: 60_000, interval: 200 }).toEqual(wanted);
}
