import { existsSync } from "node:fs";
import type { Browser, Locator } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { chromiumPath, launchBrowser, openWindow, type OpenWindow } from "./browser.ts";
import { idOf } from "./fixture/ids.ts";
import { serveFixture } from "./fixture/serve.ts";
import { buildWindow } from "./fixture/window.ts";
import { settled } from "./settled.ts";

// A menu that is made at its first press: it opens where the press was, works as a menu, and gives the focus back.
const possible = existsSync(chromiumPath);
let browser: Browser;
let built: Awaited<ReturnType<typeof buildWindow>>;
let fixture: Awaited<ReturnType<typeof serveFixture>>;
let window: OpenWindow;
beforeAll(async () => {
  if (!possible) return;
  [built, browser] = await Promise.all([buildWindow(), launchBrowser()]);
  fixture = await serveFixture(built.folder, { data: "some", at: "services" });
  window = await openWindow(browser, fixture.host.url, { remembered: { serverId: idOf("server", 1), section: "projects", projectId: idOf("project", 1, 1) } });
  await settled(window.page);
});
afterAll(async () => {
  await window?.close();
  await fixture?.host.close();
  await browser?.close();
});

const hasFocus = (on: Locator) => on.evaluate((element) => element === document.activeElement || element.contains(document.activeElement));

test.skipIf(!possible)("by the mouse: at the pointer, again and elsewhere; Escape gives the focus back to what was pressed", async () => {
  const { page } = window;
  const menu = page.getByRole("menu");
  const card = page.locator("main [data-index]").first();
  const tile = page.locator("[data-server]").first();
  for (const target of [card, tile, card]) {
    const { x, y } = (await target.boundingBox())!;
    await page.mouse.click(x + 20, y + 10, { button: "right" });
    await menu.waitFor();
    const at = (await menu.boundingBox())!;
    expect([Math.abs(at.x - x - 20) < 12, Math.abs(at.y - y - 10) < 12]).toEqual([true, true]);
    expect(await page.getByRole("menuitem").count()).toBeGreaterThan(2);
    await page.keyboard.press("Escape");
    await menu.waitFor({ state: "detached" });
    expect(await hasFocus(target)).toBe(true);
  }
});

test.skipIf(!possible)("by the keyboard: arrows move in it, Enter does what it says", async () => {
  const { page, errors } = window;
  const card = page.locator("main [data-index]").first();
  await card.focus();
  await page.keyboard.press("Shift+F10");
  await page.getByRole("menu").waitFor();
  await page.keyboard.press("End");
  await page.locator('[role="menuitem"][data-highlighted]').waitFor();
  expect(await page.locator('[role="menuitem"][data-highlighted]').textContent()).toContain("Delete");
  await page.keyboard.press("Enter");
  await page.getByRole("dialog").waitFor();
  await page.keyboard.press("Escape");
  await page.getByRole("dialog").waitFor({ state: "detached" });
  expect(await hasFocus(card)).toBe(true);
  expect(errors).toEqual([]);
});
