// The first look at a window: what fifty servers last said stands there at once while none of them answers, and nothing asks or starts a thing.
import { setTimeout as sleep } from "node:timers/promises";
import { launchBrowser } from "../e2e/browser.ts";
import { buildWindow } from "../e2e/fixture/window.ts";
import { startOver } from "./first-glance/app.ts";
import { firstFiles } from "./first-glance/first-files.ts";
import { glance, type Painted } from "./first-glance/glance.ts";
import { AWAY, makeHome, NEVER } from "./first-glance/home.ts";
import { bar } from "./frame.ts";
import { createChecks } from "./tunnel/checks.ts";
import { FLEET } from "./window-cost/fleet.ts";

/** Milliseconds from the first byte of the page until it was painted. */
const BOUND = 1000;
const ROUNDS = 5;
/** Of the document, the style and the modules without which nothing is painted. */
const FIRST_BYTES = 1_200_000;
/** The first tries of all servers begin within it. */
const START_MS = 1000;
/** In which nobody does anything. */
const QUIET_SECONDS = 60;

export default bar({
  name: "first-glance",
  minutes: 6,
  async run(context) {
    const { short, say, cleanup, signal } = context;
    const checks = createChecks(say);
    const [window, browser, home] = await Promise.all([buildWindow(), launchBrowser(), makeHome(context)]);
    cleanup(() => browser.close());
    const first = await firstFiles(window.folder);
    for (const { name, bytes } of first.files) say(`      ${bytes} bytes of ${name} come before anything is painted`);
    checks.check("libraries that come before they are needed", first.tooEarly, []);
    checks.check(`bytes that come before anything is painted, at most ${FIRST_BYTES}`, first.bytes <= FIRST_BYTES, true);
    const rounds: Painted[] = [];
    const settled: number[] = [];
    for (let round = 0; round < (short ? 1 : ROUNDS); round += 1) {
      signal.throwIfAborted();
      // Each time the app itself is new as well.
      const app = await startOver(context, home, window.folder);
      const began = Date.now();
      const { painted, tiles, asked, errors, page, close } = await glance(browser, app.url, home);
      rounds.push(painted);
      say(`      rail ${painted.rail.toFixed(0)} ms, last state ${painted.state.toFixed(0)} ms, search ${painted.search.toFixed(0)} ms`);
      checks.check("the rail has tiles for all that it has room for", tiles >= 12 && tiles <= FLEET.servers, true);
      checks.check("what stands over the page is the search and nothing else", asked.length, 1);
      if (round === 0) {
        await sleep(short ? 1500 : QUIET_SECONDS * 1000, undefined, { signal });
        const dialogs = await page.getByRole("dialog").count();
        checks.check("nothing asks for anything", dialogs, 0);
        checks.check("the servers that are silent were asked", home.asked() > 0, true);
      }
      checks.check("faults of the page", errors, []);
      const spawns = await app.spawns();
      for (const { at, what } of spawns.slice(0, 10)) say(`      after ${at - began} ms the app started ${what}`);
      // Which ssh there is and what it reads from the person's files is asked once, for all of them.
      checks.check("programs that the app started at its start, at most 2", spawns.filter(({ at }) => at < began + START_MS).length <= 2, true);
      const later = spawns.filter(({ at }) => at >= began + START_MS);
      checks.check("programs that the app started while its servers are away", later.length, 0);
      settled.push(later.length / ((Date.now() - began - START_MS) / 1000));
      await close();
      await app.stop();
    }
    const worst = (what: keyof Painted) => Math.max(...rounds.map((painted) => painted[what]));
    for (const what of ["rail", "state", "search"] as const) if (!short) checks.check(`${what} is painted within ${BOUND} ms, ${worst(what).toFixed(0)} at most`, worst(what) <= BOUND, true);
    const { length } = checks.wrong;
    return {
      ok: length === 0,
      figure: `first-glance: ${FLEET.servers} servers (${AWAY} away, ${NEVER} never reached, the rest silent): ${first.bytes} bytes first, rail ${worst("rail").toFixed(0)} ms, last state ${worst("state").toFixed(0)} ms, search ${worst("search").toFixed(0)} ms at most of ${rounds.length}; ${Math.max(...settled).toFixed(1)} programs started per second; ${length} wrong`,
    };
  },
});
