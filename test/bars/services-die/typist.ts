// A shell in the window that writes numbered lines, and what is to be seen of them.
import type { Page } from "playwright-core";
import { until } from "../../world/wait.ts";

/** Seconds between two lines: those around a death are still in sight when it is over, in a window that is high enough. */
const EVERY = 0.6;
/** So many lines after a death the screen is read. */
const AFTER = 3;

export function createTypist(page: Page) {
  const rows = async () => (await page.locator(".xterm-rows > div").allInnerTexts()).map((row) => row.replaceAll("\u00a0", " ").trimEnd()).filter(Boolean);
  const numbers = async () => (await rows()).flatMap((row) => Number(/^line-(\d+)$/.exec(row)?.[1] ?? Number.NaN)).filter((number) => !Number.isNaN(number));
  const newest = async () => (await numbers()).at(-1) ?? 0;
  const reaches = (line: number) => until(`line ${line} of the shell`, async () => (await newest()) >= line, { within: 120_000, every: 20 });

  return {
    newest,
    /** Until that file is there. */
    async begin(stop: string): Promise<void> {
      await until("a shell", async () => (await rows()).some((row) => /[#$]$/.test(row)), { within: 120_000 });
      await page.keyboard.type(`clear; stty -echo; PS1=; i=0; while [ ! -e ${stop} ]; do i=$((i+1)); echo line-$i; sleep ${EVERY}; done; echo over-$((4+4))\n`);
      await reaches(3);
    },
    /** Whether the lines go on without a gap behind that one; else where they do not. */
    async seam(line: number): Promise<string> {
      await reaches(line + AFTER);
      const seen = await numbers();
      const from = seen.indexOf(line);
      if (from < 0) return `line ${line} is no longer to be seen`;
      const wrong = seen.slice(from).filter((number, at, all) => at > 0 && number !== all[at - 1]! + 1);
      return wrong.length === 0 ? "none" : `around ${wrong.join(", ")} in ${seen.slice(from).join(" ")}`;
    },
    ended: () => until("the end of the loop", async () => (await rows()).includes("over-8"), { within: 120_000 }),
  };
}
