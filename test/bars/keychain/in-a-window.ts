// The real window in a browser with a profile of its own: what is typed there is neither kept nor left on the page.
import { join } from "node:path";
import { chromium } from "playwright-core";
import { until } from "../../world/wait.ts";
import { chromiumPath } from "../../e2e/browser.ts";
import { found } from "./canary.ts";
import type { Stage } from "./stages.ts";

export async function inAWindow({ context, checks, secrets, open, id, home, frames, signIns }: Stage): Promise<void> {
  const host = await open({ bus: false });
  await host.rests(id);
  const browser = await chromium.launchPersistentContext(join(home, "profile"), { executablePath: chromiumPath, args: ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run"] });
  context.cleanup(() => browser.close());
  const page = await browser.newPage();
  page.on("websocket", (socket) => socket.on("framereceived", ({ payload }) => frames.push(Buffer.from(payload))));
  await page.goto(host.url);
  const typed = async (label: string, value: string) => page.getByLabel(label, { exact: true }).fill(value, { timeout: 60_000 });

  const before = await signIns();
  await page.getByRole("button", { name: "Sign in" }).first().click({ timeout: 60_000 });
  await typed("Passphrase", secrets.passphrase.value);
  await page.keyboard.press("Enter");
  await until("the sign-in from the window", async () => (await signIns()) > before, { within: 60_000 });

  await page.keyboard.press("Control+,");
  await page.getByRole("button", { name: /Keep secrets in a sealed file/ }).click({ timeout: 60_000 });
  await typed("Master passphrase", secrets.master.value);
  await typed("The same again", secrets.master.value);
  await page.keyboard.press("Enter");
  await page.getByText(/Kept in a file that is sealed/).waitFor({ timeout: 60_000 });
  checks.check("the window says where secrets are", (await host.client.secrets.status({})).kind, "file");

  const left = await page.evaluate("JSON.stringify([{ ...localStorage }, { ...sessionStorage }]) + document.documentElement.outerHTML");
  checks.check("secrets left on the page", found(Buffer.from(left as string), Object.values(secrets)), []);
  await browser.close();
  await host.client.secrets.forgetAll({});
}
