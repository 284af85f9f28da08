import { spawn } from "node:child_process";
import { serveWeb } from "../../src/web/serve.ts";

/** The app in a browser, until Ctrl+C. */
export async function runWeb(): Promise<void> {
  const served = await serveWeb();
  process.stdout.write(`\nAeroplane: ${served.url}\n\nThe address holds a key that is made anew at each start. Ctrl+C ends it; servers and sites go on without it.\n`);
  openBrowser(served.url);
  await untilAsked();
  await served.close();
  process.exit(0);
}

export function untilAsked(): Promise<void> {
  return new Promise((asked) => {
    for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => asked());
  });
}

/** Only where somebody can see it, and never for root: a browser of root's is no favour. */
function openBrowser(url: string): void {
  const { DISPLAY, WAYLAND_DISPLAY, CI } = process.env;
  if (CI || !process.stdout.isTTY || process.getuid?.() === 0) return;
  if (process.platform === "linux" && !DISPLAY && !WAYLAND_DISPLAY) return;
  const [program, ...args] = { darwin: ["open"], win32: ["explorer.exe"] }[process.platform as string] ?? ["xdg-open"];
  spawn(program!, [...args, url], { stdio: "ignore", detached: true }).on("error", () => {}).unref();
}
