// How often what a person looks at moves.
import type { Page } from "playwright-core";

/** Watches the text of what the selectors find; each change is noted with its time until `stop` is called. */
export async function watchMoves(page: Page, selectors: Record<string, string>): Promise<{ stop(): Promise<Record<string, number[]>> }> {
  await page.evaluate((all) => {
    const moves: Record<string, number[]> = {};
    const shown: Record<string, string> = {};
    const seen = (selector: string) => {
      const element = document.querySelector(selector);
      if (!element) return "";
      // A bar moves by its style, a step by its words; what only counts seconds is no move.
      const bars = [...element.querySelectorAll("[role=progressbar]")].map((each) => each.getAttribute("aria-valuenow"));
      return (element.textContent ?? "").replace(/\d\d:\d\d|\d+ s\b/g, "") + bars.join();
    };
    const observer = new MutationObserver(() => {
      for (const [name, selector] of Object.entries(all)) {
        const now = seen(selector);
        if (now === shown[name]) continue;
        shown[name] = now;
        (moves[name] ??= []).push(performance.now());
      }
    });
    observer.observe(document.body, { subtree: true, childList: true, characterData: true, attributes: true });
    Object.assign(globalThis, { stopMoves: () => (observer.disconnect(), moves) });
  }, selectors);
  return { stop: () => page.evaluate(() => (globalThis as unknown as { stopMoves(): Record<string, number[]> }).stopMoves()) };
}

/** Moves per second between the first and the last, and the longest stillness in milliseconds. */
export function paceOf(times: readonly number[]): { perSecond: number; stillest: number } {
  const gaps = times.slice(1).map((time, at) => time - times[at]!);
  const whole = (times.at(-1) ?? 0) - (times[0] ?? 0);
  return { perSecond: whole > 0 ? (gaps.length * 1000) / whole : 0, stillest: Math.max(0, ...gaps) };
}
