import { mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Page } from "playwright-core";
import type { RealApp } from "./real.ts";

const folder = join(import.meta.dirname, "../../test-results/e2e");

/** What the window looked like when a test failed, and what the programs behind it said last. */
export async function keepEvidence(name: string, page: Page | undefined, app: RealApp | undefined): Promise<void> {
  await mkdir(folder, { recursive: true });
  const picture = join(folder, `${name.replaceAll(/[^a-z0-9]+/gi, "-")}.png`);
  await page?.screenshot({ path: picture }).catch(() => {});
  const agent = app && (await readFile(join(app.folder, "local/run/agent.log"), "utf8").catch(() => ""));
  console.error(`Picture: ${picture}\nHost:\n${app?.output().slice(-2000)}\nAgent:\n${agent?.slice(-4000)}`);
}
