import { join } from "node:path";
import { axe } from "../e2e/axe.ts";
import { acts } from "../e2e/acts.ts";
import { launchBrowser, openWindow } from "../e2e/browser.ts";
import { serveFixture } from "../e2e/fixture/serve.ts";
import { buildWindow } from "../e2e/fixture/window.ts";
import { createHands } from "../e2e/hands.ts";
import { measure } from "../e2e/measure.ts";
import { rings } from "../e2e/rings.ts";
import { contactSheet } from "../e2e/sheet.ts";
import { screens, sizes, themes } from "../e2e/views.ts";
import { nameOf, walk, type View } from "../e2e/walk.ts";
import { root } from "../run/root.ts";
import { bar } from "./frame.ts";

const shortScreens = ["project", "deploying", "service settings", "data that would go"];

/**
 * Every act with the keys alone; then every screen with every data set, size and theme: nothing hidden, nothing cut. Then
 * through every screen with Tab: what has the focus shows it, with a ring that nothing cuts or covers.
 */
export default bar({
  name: "keyboard",
  minutes: 60,
  async run({ short, say, signal, cleanup }) {
    const window = await buildWindow();
    const browser = await launchBrowser();
    cleanup(() => browser.close());
    const violations = new Set<string>();
    const consoleErrors = new Set<string>();
    const faults: string[] = [];
    const missed: string[] = [];

    const wanted = acts.filter((act) => !short || act.short);
    const fixture = await serveFixture(window.folder, { data: "none", pace: 60 });
    cleanup(() => fixture.host.close());
    const { page, errors, close } = await openWindow(browser, fixture.host.url);
    const hands = createHands(page, { patience: 120_000 });
    for (const act of wanted) {
      signal.throwIfAborted();
      try {
        await act.run(hands, fixture);
      } catch (error) {
        // What follows begins where this one should have ended.
        missed.push(act.name);
        say(`not done with the keys: ${act.name}: ${error instanceof Error ? error.message.split("\n")[0] : String(error)}`);
        await page.screenshot({ path: join(root, "test-results/keyboard-missed.png") });
        break;
      }
      if (!short) for (const violation of await axe(page)) note(violations, violation, `after "${act.name}": axe`);
    }
    for (const error of errors) note(consoleErrors, error, "console");
    await close();
    say(`${wanted.length} acts with the keys alone`);

    const hidden = new Set<string>();
    let walked = 0;
    const lookAtRings = async ({ page, ...shot }: View) => {
      for (const { kind, where, by } of await rings(page)) note(hidden, `${kind}: ${where} ${by}`, nameOf(shot));
      walked += 1;
    };
    const shots: Omit<View, "page">[] = [];
    const views = await walk({
      browser,
      window: window.folder,
      folder: join(root, "test-results/keyboard"),
      screens: screens.filter((screen) => !short || shortScreens.includes(screen.name)),
      data: short ? ["some", "long"] : undefined,
      sizes: short ? sizes.slice(0, 1) : sizes,
      themes: short ? themes.slice(0, 1) : themes,
      signal,
      async see({ page, ...shot }) {
        shots.push(shot);
        for (const fault of await measure(page)) {
          const words = `${nameOf(shot)}: ${fault.kind} in ${fault.where}: ${fault.text}`;
          faults.push(words);
          say(words);
        }
        // Contrast and names do not depend on the size: once for each theme.
        if (shot.size === sizes[short ? 0 : 1]) for (const violation of await axe(page)) note(violations, violation, `${nameOf(shot)}: axe`);
        // Nothing else is looked at on that page: it need not be opened again for its rings.
        if (short && shot.data === "some") await lookAtRings({ page, ...shot });
      },
      complain: (place, error) => note(consoleErrors, error, `${place}: console`),
    });
    const sheet = join(root, "test-results/keyboard.png");
    if (!short) await contactSheet(browser, shots, sheet);
    if (!short) say(`contact sheet: ${sheet}`);

    if (!short)
      await walk({
        browser,
        window: window.folder,
        folder: join(root, "test-results/rings"),
        screens,
        data: ["some", "long"],
        sizes: sizes.slice(0, 2),
        themes,
        signal,
        see: lookAtRings,
        complain: (place, error) => note(consoleErrors, error, `${place}: console`),
      });

    return {
      ok: missed.length + violations.size + consoleErrors.size + faults.length + hidden.size === 0,
      figure: `keyboard: ${wanted.length - missed.length} of ${wanted.length} acts, ${violations.size} axe, ${consoleErrors.size} console errors, ${views} views, ${faults.length} cut or overflowing; ${walked} walked with Tab, ${hidden.size} rings not to be seen`,
    };

    /** Each finding once, with the first place where it was seen. */
    function note(found: Set<string>, what: string, where: string) {
      if (!found.has(what)) say(`${where}: ${what}`);
      found.add(what);
    }
  },
});
