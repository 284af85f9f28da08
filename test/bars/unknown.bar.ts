// An agent that answers with shapes, sources, steps, states and things that this window has never heard of: every screen stands and says so, and nothing throws.
import { join } from "node:path";
import type { Page } from "playwright-core";
import { axe } from "../e2e/axe.ts";
import { launchBrowser, openWindow } from "../e2e/browser.ts";
import { places, procedures, wordOf, words } from "../e2e/fixture/answers.ts";
import { serveFixture } from "../e2e/fixture/serve.ts";
import { buildWindow } from "../e2e/fixture/window.ts";
import type { DataSet } from "../e2e/fixture/sets.ts";
import { createStranger, type Strangeness } from "../e2e/fixture/strange.ts";
import { measure } from "../e2e/measure.ts";
import { settled } from "../e2e/settled.ts";
import { screens, sizes, themes, type Screen } from "../e2e/views.ts";
import { nameOf, walk } from "../e2e/walk.ts";
import { root } from "../run/root.ts";
import { bar } from "./frame.ts";
import { acts } from "./unknown/acts.ts";
import { openStrangeDesk } from "./unknown/desk.ts";
import { look } from "./unknown/look.ts";
import { silent, unseen } from "./unknown/tables.ts";

type Round = { name: string; strangeness: Strangeness; data: DataSet[]; through: "desktop" | "fixture"; only?: (screen: Screen) => boolean };

const shortScreens = ["project", "doctor", "service settings"];
/** Screens that are about this computer, or about a way to a server: they need no agent, and the desktop here has none of it. */
const withoutAgent = ["servers", "preparing", "add server", "settings", "sealed file", "uninstall", "upgrade undone", "transfers"];
const ofAgent = ({ name }: Screen) => !withoutAgent.includes(name);
/** How a screen is opened whose own way leads over a word that is strange now. */
const ways: Record<string, Screen["open"]> = {
  "line of activity": (page) => page.getByRole("list", { name: "Activity" }).getByRole("button").first().click(),
};
/** An unknown role may only look: what it is shown is a round of its own. */
const ROLE = "instance.hello me role";

const rounds: Round[] = [
  { name: "every word, through the desktop", strangeness: {}, data: ["some"], through: "desktop", only: ofAgent },
  { name: "every word", strangeness: { except: [ROLE] }, data: ["some", "none", "many", "loading", "away"], through: "fixture" },
  { name: "words as long as there may be", strangeness: { as: "long", except: [ROLE] }, data: ["some", "long"], through: "fixture" },
  { name: "words that every object has", strangeness: { as: "inherited", except: [ROLE] }, data: ["some"], through: "desktop", only: ofAgent },
  { name: "every second word", strangeness: { which: 1, except: [ROLE] }, data: ["some"], through: "desktop", only: ofAgent },
  { name: "every other second word", strangeness: { which: 2, except: [ROLE] }, data: ["some"], through: "fixture" },
  { name: "nothing that may be absent", strangeness: { optional: "left out", except: [ROLE] }, data: ["some"], through: "fixture", only: ({ open }) => open === undefined },
  { name: "all that may be there", strangeness: { optional: "put in", except: [ROLE] }, data: ["some"], through: "desktop", only: (screen) => ofAgent(screen) && screen.open === undefined },
  { name: "a role that nobody knows", strangeness: { optional: "put in" }, data: ["some"], through: "desktop", only: (screen) => ofAgent(screen) && screen.open === undefined },
];
const shortRound: Round = { ...rounds[0]!, only: ({ name }) => shortScreens.includes(name) };

export default bar({
  name: "unknown",
  minutes: 60,
  async run({ short, say, signal, cleanup }) {
    const wrong = new Set<string>();
    const complain = (where: string, what: string) => {
      if (!wrong.has(what)) say(`${where}: ${what}`);
      wrong.add(what);
    };
    const unhandled = (reason: unknown) => complain("the desktop", `not handled: ${reason instanceof Error ? (reason.stack ?? reason.message) : String(reason)}`);
    process.on("unhandledRejection", unhandled);
    cleanup(() => process.off("unhandledRejection", unhandled));
    const window = await buildWindow();
    const browser = await launchBrowser();
    cleanup(() => browser.close());

    const [told, reached, asked] = [new Set<number>(), new Set<string>(), new Set<string>()];
    /** Whatever was learned of it, once nothing more is asked. */
    const learn = (stranger: ReturnType<typeof createStranger>) => {
      for (const at of stranger.reached) reached.add(at);
      for (const procedure of stranger.asked) asked.add(procedure);
    };
    async function judge(page: Page, where: string, whole: boolean): Promise<void> {
      const { faults, words } = await look(page);
      for (const fault of faults) complain(where, fault);
      for (const word of words) told.add(word);
      for (const { kind, where: at, text } of await measure(page)) complain(where, `${kind} in ${at}: ${text}`);
      if (whole) for (const violation of await axe(page)) complain(where, `axe: ${violation}`);
    }

    let views = 0;
    for (const [index, round] of (short ? [shortRound] : rounds).entries()) {
      const stranger = createStranger(round.strangeness);
      const began = performance.now();
      views += await walk({
        browser,
        window: window.folder,
        folder: join(root, "test-results/unknown", `round-${index + 1}`),
        screens: screens.filter((screen) => round.only?.(screen) ?? true).map((screen) => ({ ...screen, open: ways[screen.name] ?? screen.open })),
        data: round.data,
        sizes: [sizes[1]!],
        themes: short ? themes.slice(0, 1) : themes,
        signal,
        serve: (folder, options) => (round.through === "desktop" ? openStrangeDesk(folder, options, stranger) : serveFixture(folder, { ...options, answered: stranger.answered })),
        see: (view) => judge(view.page, `${round.name}: ${nameOf(view)}`, !short),
        complain: (place, error) => complain(`${round.name}: ${place}`, error),
        fail: (place, error) => complain(`${round.name}: ${place}`, `not reached: ${String(error).split("\n")[0]}`),
      });
      learn(stranger);
      say(`${round.name}: ${views} views so far, ${((performance.now() - began) / 1000).toFixed(0)} s`);
    }

    const wanted = acts.filter((act) => !short || act.short);
    let done = 0;
    for (const act of wanted) {
      signal.throwIfAborted();
      const stranger = createStranger({ except: act.knows });
      const desk = await openStrangeDesk(window.folder, { data: "some", pace: 60 }, stranger);
      for (const procedure of act.refusing ?? []) desk.refusing.add(procedure);
      const { page, errors, close } = await openWindow(browser, desk.host.url, { remembered: act.at });
      page.setDefaultTimeout(120_000);
      try {
        await settled(page);
        await act.run(page, desk);
        await judge(page, act.name, !short);
        done += 1;
      } catch (error) {
        complain("acts", `not done: ${act.name}: ${String(error).split("\n")[0]}`);
        await page.screenshot({ path: join(root, `test-results/unknown/act-${act.name.replaceAll(/\W+/g, "-").slice(0, 60)}.png`) });
      } finally {
        for (const error of errors) if (!act.noise?.test(error)) complain(act.name, error);
        await close();
        await desk.host.close();
      }
      learn(stranger);
    }

    if (!short) for (const what of untold({ told, reached, asked })) complain("in all", what);
    const of = places.filter(({ procedure }) => asked.has(procedure));
    return {
      ok: wrong.size === 0,
      figure: `unknown: ${views} views, ${done} of ${wanted.length} acts, ${of.filter(({ at }) => reached.has(at)).length} of ${of.length} places of strange words in the answers to ${asked.size} procedures, ${told.size} of ${words.length} words told, ${wrong.size} wrong`,
    };
  },
});

/** What a strange agent could not say, and what no screen said of it. */
function untold({ told, reached, asked }: { told: Set<number>; reached: Set<string>; asked: Set<string> }): string[] {
  const heard = new Set(places.filter(({ at }) => reached.has(at)).map(({ word }) => word));
  const said = new Set([...told].map(wordOf));
  return [
    ...procedures.filter((procedure) => !(procedure in unseen) && !asked.has(procedure)).map((procedure) => `${procedure} was never asked`),
    ...places.filter(({ procedure, at }) => !(procedure in unseen) && !reached.has(at)).map(({ at }) => `${at} was never strange`),
    ...words.filter((word) => heard.has(word) && !said.has(word) && !(word in silent)).map((word) => `no screen says ${word}`),
    ...Object.keys(silent).filter((word) => !words.includes(word)).map((word) => `there is no word ${word} to be silent about`),
  ];
}
