import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { launchBrowser, openWindow } from "./browser.ts";
import { idOf } from "./fixture/ids.ts";
import { serveFixture } from "./fixture/serve.ts";
import { createStranger } from "./fixture/strange.ts";
import { buildWindow } from "./fixture/window.ts";
import { settled } from "./settled.ts";
import { screens } from "./views.ts";

// An agent that is newer than the window: every word of every enumeration is one that nobody here has heard of.
let browser: Browser;
let window: Awaited<ReturnType<typeof buildWindow>>;
beforeAll(async () => {
  [window, browser] = [await buildWindow(), await launchBrowser()];
}, 300_000);
afterAll(() => browser?.close());

const sections = ["server", "doctor", "activity", "terminal", "people", "projects", "project", "new service", "deployments", "variables", "logs", "volumes of an environment", "service settings", "site settings", "palette"];
const shown = screens.filter(({ name }) => sections.includes(name));

test("every section shows what it can, each strange word by its own name", async () => {
  expect(shown.map(({ name }) => name).toSorted()).toEqual(sections.toSorted());
  const told: Record<string, string> = {};
  for (const screen of shown) {
    const { host } = await serveFixture(window.folder, { data: "some", at: screen.empty, answered: createStranger().answered });
    const { page, errors, close } = await openWindow(browser, host.url, { remembered: screen.remembered });
    try {
      await settled(page);
      if (screen.name !== "new service") await screen.open?.(page);
      await settled(page);
      told[screen.name] = await page.locator("body").innerText();
      expect([screen.name, errors]).toEqual([screen.name, []]);
      expect(told[screen.name]).not.toContain("cannot be shown");
    } finally {
      await close();
      await host.close();
    }
  }
  expect(told.project).toContain("new-live");
  expect(told.activity).toMatch(/new-(ok|failed)/);
  expect(told.doctor).toContain("new-ok");
  expect(told.server).toContain("new-of-later");
  expect(told["volumes of an environment"]).toContain("new-mounted");
  expect(told["service settings"]).toMatch(/This app does not know/);
}, 300_000);

test("a role that nobody knows may look", async () => {
  const { host } = await serveFixture(window.folder, { data: "some", answered: createStranger().answered });
  const { page, errors, close } = await openWindow(browser, host.url, { remembered: { serverId: idOf("server", 1), section: "people" } });
  try {
    await page.getByText("new-viewer").first().waitFor();
    expect(errors).toEqual([]);
  } finally {
    await close();
    await host.close();
  }
});

test("a card that cannot be shown costs itself: its neighbours, the side and the drawer go on", async () => {
  const broken = idOf("service", 1, 1, 2);
  const breakIt = <T>(answer: T): T =>
    Array.isArray(answer) ? (answer.map((each: { id?: string }) => (each?.id === broken ? { ...each, config: null, traits: null, instances: null } : each)) as T) : answer;
  const { host } = await serveFixture(window.folder, { data: "some", answered: breakIt });
  const { page, close } = await openWindow(browser, host.url, { remembered: { serverId: idOf("server", 1), section: "projects", projectId: idOf("project", 1, 1), serviceId: idOf("service", 1, 1, 1) } });
  try {
    await page.getByRole("alert").getByText("cannot be shown").first().waitFor();
    await page.getByRole("complementary").getByRole("tab", { name: "Deployments" }).waitFor();
    expect(await page.getByRole("alert").getByText("cannot be shown").count()).toBe(1);
    expect(await page.getByRole("button", { name: /^web, / }).count()).toBe(1);
    // What mends it is not cut off: it stands in the room that a card has.
    const [button, below] = await Promise.all([page.getByRole("button", { name: "Show again" }), page.getByRole("button", { name: /^mailer, / })].map((each) => each.boundingBox()));
    expect(button!.y + button!.height).toBeLessThan(below!.y);
    await page.getByRole("navigation").getByText("Projects").first().waitFor();
  } finally {
    await close();
    await host.close();
  }
});
