// What a person sees of a window that opens, with the moment in which it was painted.
import type { Browser, Page } from "playwright-core";
import type { Home } from "./home.ts";

export type Painted = { rail: number; state: number; search: number };

type Marks = { marks: Record<string, number> };

/** Opens a window that was never there before, on a server that is away; milliseconds from its first byte until each was painted. */
export async function glance(browser: Browser, url: string, { servers, project, service }: Home): Promise<{ painted: Painted; tiles: number; asked: string[]; errors: string[]; page: Page; close: () => Promise<void> }> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, reducedMotion: "reduce" });
  context.setDefaultTimeout(60_000);
  const remembered = { serverId: servers[0]!.id, section: "projects", projectId: project };
  await context.addInitScript(watchFor, { view: JSON.stringify(remembered), service, tiles: 12 });
  const page = await context.newPage();
  const errors: string[] = [];
  page.on("pageerror", (error) => errors.push(error.message));
  await page.goto(url, { waitUntil: "commit" });
  const marked = (name: string) => page.waitForFunction((wanted) => (globalThis as unknown as Marks).marks?.[wanted] ?? null, name).then((handle) => handle.jsonValue() as Promise<number>);
  const rail = await marked("rail");
  // A person may search as soon as there is something to see.
  await page.keyboard.press("Control+k");
  await page.keyboard.insertText(service);
  const [state, search] = [await marked("state"), await marked("search")];
  const asked = await page.getByRole("dialog").evaluateAll((all) => all.map((one) => one.getAttribute("aria-label") ?? one.textContent?.slice(0, 80) ?? ""));
  await page.keyboard.press("Escape");
  return { painted: { rail, state, search }, tiles: await page.locator("[data-server]").count(), asked, errors, page, close: () => context.close() };
}

/** Runs in the page before anything of its own. */
function watchFor({ view, service, tiles }: { view: string; service: string; tiles: number }): void {
  localStorage.setItem("aeroplane.view", view);
  const marks: Record<string, number> = {};
  Object.assign(globalThis, { marks });
  const there: Record<string, () => boolean> = {
    rail: () => document.querySelectorAll("[data-server]").length >= tiles,
    state: () => [...document.querySelectorAll("main button")].some((one) => (one.getAttribute("aria-label") ?? one.textContent ?? "").startsWith(service)),
    search: () => [...document.querySelectorAll('[role="option"]')].some((one) => one.textContent?.includes(service)),
  };
  const look = () => {
    for (const [name, is] of Object.entries(there)) {
      if (name in marks || !is()) continue;
      // Two frames later it has been painted.
      marks[name] = NaN;
      requestAnimationFrame(() => requestAnimationFrame(() => (marks[name] = performance.now())));
    }
    requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
}
