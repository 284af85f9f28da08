import type { Browser } from "playwright-core";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { ensureImage } from "../world/images/images.ts";
import { launchBrowser, openWindow, type OpenWindow } from "./browser.ts";
import { keepEvidence } from "./evidence.ts";
import { createHands, type Hands } from "./hands.ts";
import { buildParts, startApp, type RealApp } from "./real.ts";
import { addService, createProject, drawerState } from "./story.ts";

// Shells of this machine and of a real container, typed into by keyboard and cut off in the middle.
const possible = process.getuid?.() === 0;
const story = test.skipIf(!possible);

let app: RealApp;
let browser: Browser;
let window: OpenWindow;
let hands: Hands;
const undo: (() => Promise<unknown>)[] = [];
const complaints: string[] = [];

beforeAll(async () => {
  if (!possible) return;
  await ensureImage("node:24-slim");
  const parts = await buildParts();
  undo.push(parts.remove);
  app = await startApp(parts);
  undo.push(app.stop);
  browser = await launchBrowser();
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
  if (window) {
    complaints.push(...window.errors);
    await window.close();
  }
  window = await openWindow(browser, app.url());
  // The page's own sockets, so that a test can cut them.
  await window.page.addInitScript(() => {
    const sockets: WebSocket[] = [];
    const Real = WebSocket;
    Object.assign(globalThis, {
      cut: () => sockets.at(-1)!.close(),
      WebSocket: class extends Real {
        constructor(...given: ConstructorParameters<typeof Real>) {
          super(...given);
          sockets.push(this);
        }
      },
    });
  });
  await window.page.reload();
  hands = createHands(window.page, { patience: 60_000 });
}

/** Rows that are drawn now, without the empty ones. */
const rows = async () =>
  (await window.page.locator(".xterm-rows > div").allInnerTexts()).map((row) => row.replaceAll("\u00a0", " ").trimEnd()).filter(Boolean);
const seeRow = (row: string | RegExp) =>
  expect
    .poll(async () => (await rows()).some((each) => (typeof row === "string" ? each === row : row.test(each))), { timeout: 30_000, interval: 100 })
    .toBe(true);
const type = (line: string) => window.page.keyboard.type(`${line}\n`);
const focused = () => window.page.evaluate(() => document.activeElement?.getAttribute("aria-label"));
const inTerminal = () => expect.poll(focused, { timeout: 30_000 }).toBe("Terminal");

story("a shell on the server opens with one key and is a real terminal of the window's size", async () => {
  await hands.push(/^This machine/);
  await hands.seeRole("heading", "No project yet");
  await hands.press("Shift+T");
  await inTerminal();
  await seeRow(/[#$]$/);
  await type("kept=yes-$((40+2)); stty size");
  await expect.poll(async () => (await rows()).join(" "), { timeout: 30_000 }).toMatch(/\b(2[5-9]|[3-9]\d) \d{2,3}\b/);
});

story("keys that shells use do not reach the window, and the terminal is left by its own key", async () => {
  await type("echo before");
  await hands.press("Control+k", "Escape", "c", "p", "?", "Control+u");
  await type("echo only-$((1+1))-shell");
  await seeRow("only-2-shell");
  expect(await window.page.getByRole("dialog").count()).toBe(0);
  await hands.press("Control+Shift+E");
  expect(await window.page.evaluate(() => document.activeElement?.textContent)).toBe("Shell 1");
  await hands.press("Enter");
  await inTerminal();
});

story("a flood stops at once on Ctrl+C", async () => {
  await type("yes flood");
  await seeRow("flood");
  await window.page.waitForTimeout(1500);
  await hands.press("Control+c");
  await type("clear; echo calm-$((2+3))");
  await seeRow("calm-5");
});

story("the window's own connection is cut while the shell writes: no line is lost and none is told twice", async () => {
  await type("clear; stty -echo; PS1=; for i in $(seq 1 30); do echo tick-$i; sleep 0.1; done; echo over-$((4+4))");
  await seeRow("tick-5");
  for (const tick of [8, 18]) {
    await seeRow(`tick-${tick}`);
    await window.page.evaluate(() => (globalThis as unknown as { cut(): void }).cut());
    await hands.see(/^Reconnecting\. The shell goes on/);
    await window.page.getByText(/^Reconnecting\. The shell goes on/).waitFor({ state: "detached" });
  }
  await seeRow("over-8");
  expect((await rows()).filter((row) => row.startsWith("tick-"))).toEqual(Array.from({ length: 30 }, (_, at) => `tick-${at + 1}`));
});

story("the app is closed and opened again: the shell is still the same one", async () => {
  await window.close();
  await app.restart();
  await reopen();
  // What was last known is shown before the server answers.
  await hands.seeRole("button", / · Ready/);
  await hands.press("Shift+T");
  await inTerminal();
  await type("clear; echo again-$kept");
  await seeRow("again-yes-42");
});

story("a shell that ends says how, and another one is opened", async () => {
  await type("exit 3");
  await hands.see("The shell has ended with exit code 3.");
  await hands.push("Open another");
  await inTerminal();
  await type("echo new-$((5+5))-$kept.");
  await seeRow("new-10-.");
});

story("a shell in a container sees what the service sees", async () => {
  await hands.press("Control+Shift+E");
  await createProject(hands, "shop");
  await addService(hands, { shape: "Worker", name: "jobs", image: "node:24-slim", startCommand: "sleep 1000", healthSeconds: 1, drainSeconds: 0, variables: "GREETING=from-the-service" });
  await drawerState(hands, "Live");
  await hands.press("t");
  await inTerminal();
  await seeRow(/[#$]$/);
  await type("echo $GREETING; cat /proc/1/cmdline | tr '\\0' ' '; echo");
  await seeRow("from-the-service");
  await expect.poll(async () => (await rows()).join(" "), { timeout: 30_000 }).toContain("sleep 1000");
});

story("nothing was complained about in the console", () => {
  expect(complaints.concat(window.errors).filter((line) => !/WebSocket connection|ERR_CONNECTION/.test(line))).toEqual([]);
});
