// `node test/e2e/screenshot.ts [dark]`, or the end-to-end run with AEROPLANE_SHOT=1: the README's picture, taken of the real app with real deployments on this machine.
import { join } from "node:path";
import { appFolder, release } from "../world/apps/index.ts";
import { ensureImage } from "../world/images/images.ts";
import { raiseWorld } from "../world/raise.ts";
import { launchBrowser } from "./browser.ts";
import { createHands } from "./hands.ts";
import { buildParts, startApp } from "./real.ts";
import { addService, createProject, drawerState } from "./story.ts";

const theme = process.argv.includes("dark") ? "dark" : "light";
const file = join(import.meta.dirname, "../../docs", theme === "dark" ? "screenshot-dark.png" : "screenshot.png");
const undo: (() => Promise<unknown>)[] = [];

const said = [
  "Installing packages",
  "added 412 packages in 9s",
  "61 packages are looking for funding",
  "Compiling 214 modules",
  "Building the search index",
  "indexed 18204 products",
  ...Array.from({ length: 40 }, () => "Compressing"),
];
/** Says one line a second, so that the picture shows a build at work. */
const slowly = {
  "build.sh": said.map((line) => `echo '${line}'\nsleep 1\n`).join(""),
  Dockerfile: ["FROM node:24-slim", "WORKDIR /app", "COPY . .", "RUN sh build.sh", 'CMD ["node", "server.mjs"]'].join("\n"),
};

try {
  const world = await raiseWorld();
  undo.push(() => world.stop());
  await ensureImage("node:24-slim");
  const source = async (name: string, app: Parameters<typeof release>[0], message: string, files = {}) => {
    const repository = await world.git.create(name, release(app, name), { from: appFolder(app) });
    await repository.commit(files, message);
    return repository;
  };
  const web = await source("web", "node-http", "Fix header on small screens");
  const docs = await source("docs", "static", "Explain refunds");
  const mailer = await source("mailer", "worker", "Retry on 421");
  const api = await source("api", "node-http", "Speed up product search", slowly);
  const parts = await buildParts();
  undo.push(parts.remove);
  const app = await startApp(parts);
  undo.push(app.stop);
  const browser = await launchBrowser();
  undo.push(() => browser.close());
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, deviceScaleFactor: 2, colorScheme: theme, reducedMotion: "reduce" });
  const page = await context.newPage();
  await page.goto(app.url());
  const hands = createHands(page, { patience: 60_000 });

  await hands.push(/^This machine/);
  await hands.seeRole("heading", "No project yet");
  await hands.palette("Rename the server");
  await hands.fill("Name", "workshop");
  await hands.press("Enter");
  await hands.unsee("dialog", /^Rename/);
  await createProject(hands, "blog");
  await createProject(hands, "shop");
  await addService(hands, { shape: "Web service", name: "web", repository: web.http, hostname: "shop.localhost", healthPath: "/health", drainSeconds: 0 });
  await drawerState(hands, "Live");
  await addService(hands, { shape: "Static site", name: "docs", repository: docs.http, folder: "site", hostname: "docs.localhost" });
  await drawerState(hands, "Live");
  await addService(hands, { shape: "Worker", name: "mailer", repository: mailer.http, healthSeconds: 1, drainSeconds: 0 });
  await drawerState(hands, "Live");
  await addService(hands, { shape: "Web service", name: "api", repository: api.http, hostname: "api.localhost", healthPath: "/health", drainSeconds: 0 });
  await page.getByRole("log", { name: "Build log" }).getByText("indexed 18204 products").first().waitFor({ timeout: 120_000 });
  // Toasts have had their time, and the pointer of nobody is on anything.
  await page.locator("[data-sonner-toast]").first().waitFor({ state: "detached" }).catch(() => {});
  await page.evaluate(() => (document.activeElement as HTMLElement | null)?.blur());
  await page.screenshot({ path: file, animations: "disabled" });
  process.stdout.write(`${file}\n`);
  await hands.palette("Cancel the deployment");
} finally {
  for (const work of undo.reverse()) await work();
}
process.exit(0);
