// `node test/e2e/shots.ts [--screen NAME] [--data some,long] [--size 1280] [--theme light]`: pictures into test-results/shots, with every fault found.
import { fileURLToPath } from "node:url";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { axe } from "./axe.ts";
import { launchBrowser } from "./browser.ts";
import { buildWindow } from "./fixture/window.ts";
import { dataSets } from "./fixture/sets.ts";
import { measure } from "./measure.ts";
import { contactSheet } from "./sheet.ts";
import { screens, sizes, themes } from "./views.ts";
import { nameOf, walk, type View } from "./walk.ts";

const { values } = parseArgs({
  options: {
    screen: { type: "string", multiple: true },
    data: { type: "string", default: dataSets.join(",") },
    size: { type: "string" },
    theme: { type: "string" },
    axe: { type: "boolean" },
  },
});
const folder = fileURLToPath(new URL("../../test-results/shots", import.meta.url));
const window = await buildWindow();
const browser = await launchBrowser();
const shots: Omit<View, "page">[] = [];
try {
  const views = await walk({
    browser,
    window: window.folder,
    folder,
    screens: screens.filter((screen) => !values.screen || values.screen.includes(screen.name)),
    data: dataSets.filter((set) => values.data.split(",").includes(set)),
    sizes: sizes.filter((size) => !values.size || size.width === Number(values.size)),
    themes: themes.filter((theme) => !values.theme || theme === values.theme),
    async see({ page, ...shot }) {
      shots.push(shot);
      for (const fault of await measure(page)) console.log(`${nameOf(shot)}: ${fault.kind} in ${fault.where}: ${fault.text}`);
      if (values.axe) for (const violation of await axe(page)) console.log(`${nameOf(shot)}: axe ${violation}`);
    },
    complain: (place, error) => console.log(`${place}: console ${error}`),
  });
  await contactSheet(browser, shots, join(folder, "sheet.png"));
  console.log(`${views} views, contact sheet ${join(folder, "sheet.png")}`);
} finally {
  await browser.close();
}
