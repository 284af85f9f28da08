import { existsSync } from "node:fs";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { chromiumPath, launchBrowser } from "./browser.ts";
import { rings } from "./rings.ts";

// The look at rings itself: it must see what somebody without a mouse would miss, and nothing else.
const possible = existsSync(chromiumPath);
let browser: Browser;
let page: Page;
beforeAll(async () => {
  if (!possible) return;
  browser = await launchBrowser();
  page = await browser.newPage({ viewport: { width: 800, height: 400 } });
});
afterAll(() => browser?.close());

const style = "body{margin:20px} button{display:block;height:24px;margin:0} :focus-visible{outline:2px solid #06c;outline-offset:1px}";
const box = "width:200px;height:60px;overflow:hidden;";

test.skipIf(!possible).each([
  ["in the open", "<button>a</button>", []],
  ["at the edge of a box that clips", `<div style="${box}"><button>a</button></div>`, ["clipped"]],
  ["with room in that box", `<div style="${box}padding:4px"><button>a</button></div>`, []],
  ["inside itself", `<div style="${box}"><button style="outline-offset:-2px">a</button></div>`, []],
  ["under what lies close to it", `<button>a</button><div style="position:relative;height:40px;background:#fff">b</div>`, ["covered"]],
  ["raised over it", `<button style="position:relative;z-index:1">a</button><div style="position:relative;height:40px;background:#fff">b</div>`, []],
  ["none at all", `<button style="outline:none">a</button>`, ["no ring"]],
  ["another look instead", "<style>.own:focus{outline:none;box-shadow:0 0 0 2px #06c}</style><button class=own>a</button>", []],
  ["around what holds it", "<style>p:focus-within{border-color:#06c} p{border:1px solid #ccc} p button{outline:none!important}</style><p><button>a</button></p>", []],
  ["of the colour behind it", `<div style="background:#06c;padding:9px"><button>a</button></div>`, ["faint"]],
  ["of no size", `<button style="width:0;height:0;padding:0;border:0;overflow:hidden"></button>`, ["clipped"]],
])("%s", async (_, body, found) => {
  await page.setContent(`<!doctype html><style>${style}</style>${body}`);
  expect((await rings(page)).map(({ kind }) => kind)).toEqual(found);
});
