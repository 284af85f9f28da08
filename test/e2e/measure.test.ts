import { existsSync } from "node:fs";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { chromiumPath, launchBrowser } from "./browser.ts";
import { measure } from "./measure.ts";

// The measure itself: it must see what a person would complain about, and nothing else.
const possible = existsSync(chromiumPath);
let browser: Browser;
let page: Page;
beforeAll(async () => {
  if (!possible) return;
  browser = await launchBrowser();
  page = await browser.newPage({ viewport: { width: 800, height: 400 } });
});
afterAll(() => browser?.close());

const kinds = async (body: string) => {
  await page.setContent(`<!doctype html><style>body{margin:0;font:14px sans-serif} div{white-space:nowrap}</style>${body}`);
  return (await measure(page)).map((fault) => fault.kind);
};
const long = "a text that is much longer than the box that has to hold it";
const box = "width:120px;overflow:hidden;";

test.skipIf(!possible).each([
  ["cut by its box", `<div style="${box}">${long}</div>`, ["cut"]],
  ["cut by a box around it", `<div style="${box}"><b><i>${long}</i></b></div>`, ["cut"]],
  ["cut in its height", `<div style="height:8px;overflow:hidden">short</div>`, ["cut"]],
  ["an ellipsis without the whole", `<div style="${box}text-overflow:ellipsis">${long}</div>`, ["no title"]],
  ["an ellipsis with the whole in a tooltip", `<div title="${long}" style="${box}text-overflow:ellipsis">${long}</div>`, []],
  ["wider than the window", `<div style="width:900px">${long.repeat(3)}</div>`, ["sideways", "outside"]],
  ["below the window, where nothing scrolls", `<div style="position:fixed;top:395px">short</div>`, ["outside"]],
  ["a box that scrolls sideways", `<section style="width:120px;overflow-x:auto"><div>${long}</div></section>`, ["sideways"]],
  ["lines of a log", `<section role="log" style="width:120px;overflow-x:auto"><div>${long}</div></section>`, []],
  ["a list that scrolls down", `<section style="height:30px;overflow-y:auto"><p>one</p><p>two</p><p>three</p></section>`, []],
  ["only for screen readers", `<span class="sr-only" style="position:absolute;width:1px;height:1px;overflow:hidden">${long}</span>`, []],
  ["everything in its place", `<div>short</div>`, []],
])("%s", async (_, body, found) => {
  expect(await kinds(body)).toEqual(found);
});
