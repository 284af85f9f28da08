import { chromium, type Browser, type Page } from "playwright-core";

export type Theme = "light" | "dark";
export type Size = { width: number; height: number };
export type OpenWindow = { page: Page; errors: string[]; close(): Promise<void> };

export const chromiumPath = process.env.AEROPLANE_CHROMIUM ?? "/usr/bin/chromium";

/** Names that only the browser resolves: `--host-resolver-rules` leaves the machine's own names alone. */
export async function launchBrowser({ hosts = {} }: { hosts?: Record<string, string> } = {}): Promise<Browser> {
  const rules = Object.entries(hosts).map(([name, address]) => `MAP ${name} ${address}`);
  return chromium.launch({
    executablePath: chromiumPath,
    args: [
      "--no-sandbox",
      "--disable-gpu",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-dev-shm-usage",
      "--no-first-run",
      "--no-proxy-server",
      "--force-color-profile=srgb",
      ...(rules.length ? [`--host-resolver-rules=${rules.join(", ")}`] : []),
    ],
  });
}

/** What the window remembers about what was looked at; set before it starts, so that a test begins at any screen. */
export type Remembered = Partial<{
  serverId: string;
  section: "projects" | "people" | "activity" | "server" | "terminal" | "settings";
  serverTab: "overview" | "doctor";
  projectId: string | null;
  projectTab: "services" | "shared" | "volumes";
  serviceId: string | null;
  tab: "deployments" | "variables" | "logs" | "terminal" | "volumes" | "settings";
}>;

/** One window in a session of its own, with everything that its console complains about. */
export async function openWindow(
  browser: Browser,
  url: string,
  { size = { width: 1280, height: 800 }, theme = "light", remembered }: { size?: Size; theme?: Theme; remembered?: Remembered } = {},
): Promise<OpenWindow> {
  const context = await browser.newContext({
    viewport: size,
    colorScheme: theme,
    reducedMotion: "reduce",
    timezoneId: "Europe/Berlin",
    permissions: ["clipboard-read", "clipboard-write"],
  });
  if (remembered) {
    await context.addInitScript((view) => {
      if (!localStorage.getItem("aeroplane.view")) localStorage.setItem("aeroplane.view", view);
    }, JSON.stringify(remembered));
  }
  // A busy machine is slow, not wrong.
  context.setDefaultTimeout(120_000);
  const page = await context.newPage();
  const errors: string[] = [];
  page.on("console", (message) => {
    if (message.type() === "error" || message.type() === "warning") errors.push(`${message.type()}: ${message.text()}`);
  });
  page.on("pageerror", (error) => errors.push(`thrown: ${error.message}`));
  await page.goto(url);
  // Its script comes beside the one that asks first: keys that are pressed before it runs are nobody's.
  await page.waitForFunction(() => document.getElementById("root")?.childElementCount !== 0);
  return { page, errors, close: () => context.close() };
}
