// Every act by the keyboard alone; every screen in every state, size and theme: nothing cut off, nothing that axe minds.
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { axe } from "../e2e/axe.ts";
import { launchBrowser, openWindow } from "../e2e/browser.ts";
import { buildWindow, serveFixture } from "../e2e/fixture/serve.ts";
import type { FixtureOptions } from "../e2e/fixture/fixture.ts";
import { createHands } from "../e2e/hands.ts";
import { measure } from "../e2e/measure.ts";
import { contactSheet } from "../e2e/sheet.ts";
import { screens, sizes, themes } from "../e2e/views.ts";
import { nameOf, walk, type View } from "../e2e/walk.ts";
import { bar } from "./frame.ts";
import { acts, firstActs, type Act } from "./keyboard-acts.ts";

const folder = join(import.meta.dirname, "../../test-results/keyboard");
/** What the short form looks at: one screen of each shape. */
const fewScreens = ["projects", "project", "deployments", "new service"];

export default bar({
  name: "keyboard",
  minutes: 40,
  run: async ({ short, say, signal, cleanup }) => {
    await mkdir(folder, { recursive: true });
    const window = await buildWindow();
    cleanup(window.remove);
    const browser = await launchBrowser();
    cleanup(() => browser.close());
    const faults: string[] = [];
    const complain = (fault: string) => {
      faults.push(fault);
      say(fault);
    };

    const doAll = async (list: Act[], options: FixtureOptions) => {
      const { host } = await serveFixture(window.folder, { pace: 150, ...options });
      const { page, errors, close } = await openWindow(browser, host.url);
      const hands = createHands(page);
      let done = 0;
      for (const act of list) {
        signal.throwIfAborted();
        try {
          await act.run(hands);
          done += 1;
        } catch (error) {
          complain(`by keyboard: ${act.name}: ${(error as Error).message.split("\n")[0]}`);
          await page.screenshot({ path: join(folder, `failed-${act.name.replaceAll(/[^a-z]+/gi, "-")}.png`) });
          break;
        }
      }
      for (const error of errors) complain(`console: ${error}`);
      await close();
      await host.close();
      return done;
    };
    const done = (await doAll(firstActs, { data: "none" })) + (short ? 0 : await doAll(acts, { data: "some" }));

    const shots: Omit<View, "page">[] = [];
    const views = await walk({
      browser,
      window: window.folder,
      folder,
      screens: short ? screens.filter((screen) => fewScreens.includes(screen.name)) : screens,
      data: short ? ["long"] : undefined,
      sizes: short ? sizes.slice(0, 1) : sizes,
      themes: short ? ["light"] : themes,
      signal,
      async see({ page, ...shot }) {
        shots.push(shot);
        for (const fault of await measure(page)) complain(`${nameOf(shot)}: ${fault.kind} in ${fault.where}: ${fault.text}`);
        // Nothing that axe looks at depends on more than these two widths.
        if (shot.size.width < 1920) for (const violation of await axe(page)) complain(`${nameOf(shot)}: axe ${violation}`);
      },
      complain: (place, error) => complain(`${place}: console ${error}`),
    });
    const sheet = join(folder, "contact-sheet.png");
    await contactSheet(browser, shots, sheet);
    const wanted = firstActs.length + (short ? 0 : acts.length);
    say(`Contact sheet: ${sheet}`);
    return {
      ok: faults.length === 0 && done === wanted,
      figure: `keyboard: ${done} of ${wanted} acts by keys alone, ${views} views, ${faults.length} faults`,
    };
  },
});
