import type { Page } from "playwright-core";

/** Until the window has stopped changing: fonts are there, nothing moves, and the page was not rewritten for a moment. */
export async function settled(page: Page, { quiet = 120, most = 4000 } = {}): Promise<void> {
  await page.waitForSelector("main, [role=alert], [role=status], [aria-busy], h1, h2", { state: "attached" });
  await page.evaluate(
    async ([quiet, most]) => {
      await document.fonts.ready;
      const end = performance.now() + most!;
      await new Promise<void>((resolve) => {
        let timer = setTimeout(finish, quiet!);
        const watcher = new MutationObserver((changes) => {
          // Clocks tick for ever: only what is added or taken away counts.
          if (performance.now() > end || changes.every((change) => change.type === "characterData")) return;
          clearTimeout(timer);
          timer = setTimeout(finish, quiet);
        });
        watcher.observe(document.body, { subtree: true, childList: true, characterData: true });
        function finish() {
          watcher.disconnect();
          resolve();
        }
      });
      for (const animation of document.getAnimations()) if (animation.effect?.getComputedTiming().iterations !== Infinity) animation.finish();
    },
    [quiet, most],
  );
  await drawn(page);
}

/** Until the browser has drawn what it knows. */
export const drawn = (page: Page): Promise<unknown> =>
  page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))));
