import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { openWindow, type Size, type Theme } from "./browser.ts";
import { dataSets, type DataSet } from "./fixture/sets.ts";
import type { FixtureOptions } from "./fixture/fixture.ts";
import { serveFixture, type Served } from "./fixture/serve.ts";
import { idOf } from "./fixture/ids.ts";
import { drawn, settled } from "./settled.ts";
import type { Screen } from "./views.ts";

export type Place = { screen: string; data: DataSet; size: Size; theme: Theme };
export type View = Place & { page: Page; picture: string };
export type Walk = {
  browser: Browser;
  /** The built window. */
  window: string;
  /** Where the pictures go. */
  folder: string;
  screens: Screen[];
  data?: readonly DataSet[];
  sizes: Size[];
  themes: readonly Theme[];
  /** What the window talks to; else the fixture behind the web host. */
  serve?: (window: string, options: FixtureOptions) => Promise<Served>;
  signal?: AbortSignal;
  see: (view: View) => Promise<void>;
  complain: (place: string, error: string) => void;
  /** A view that could not be brought up; without this it ends the walk. */
  fail?: (place: string, error: unknown) => void;
};

export const nameOf = ({ screen, data, size, theme }: Place) => `${screen}, ${data}, ${size.width}×${size.height}, ${theme}`;

/** Every screen with every data set, drawn in every size and theme; answers how many views there were. */
export async function walk(walk: Walk): Promise<number> {
  const { browser, screens, data = dataSets, sizes, themes, serve = serveFixture, signal } = walk;
  await mkdir(walk.folder, { recursive: true });
  let views = 0;
  for (const screen of screens) {
    for (const set of data) {
      if (screen.not?.includes(set)) continue;
      signal?.throwIfAborted();
      const fixture = await serve(walk.window, { data: set, at: screen.empty, unseen: screen.unseen ?? false, silent: set === "loading" && screen.silent });
      const { page, errors, close } = await openWindow(browser, fixture.host.url, { size: sizes[0], theme: themes[0], remembered: screen.remembered });
      try {
        await settled(page);
        if (set === "away") {
          fixture.connection(idOf("server", 1), { state: "silent", since: Date.now() - 12_000 });
          await settled(page);
        }
        await screen.open?.(page);
        for (const size of sizes) {
          await page.setViewportSize(size);
          await settled(page);
          for (const theme of themes) {
            await page.emulateMedia({ colorScheme: theme });
            await drawn(page);
            const place = { screen: screen.name, data: set, size, theme };
            const picture = join(walk.folder, `${screen.name}-${set}-${size.width}-${theme}.png`.replaceAll(" ", "-"));
            await page.screenshot({ path: picture, animations: "disabled" });
            await walk.see({ ...place, page, picture });
            views += 1;
          }
        }
        for (const error of errors) walk.complain(`${screen.name}, ${set}`, error);
      } catch (error) {
        if (!walk.fail || signal?.aborted) throw error;
        walk.fail(`${screen.name}, ${set}`, error);
      } finally {
        await close();
        await fixture.host.close();
      }
    }
  }
  return views;
}
