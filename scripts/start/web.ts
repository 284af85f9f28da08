import { serveWeb } from "../../src/web/serve.ts";
import { mayOpen, openBrowser, opener } from "./browser.ts";

/** The app in a browser, until Ctrl+C. */
export async function runWeb(): Promise<void> {
  const served = await serveWeb();
  process.stdout.write(`\nAeroplane: ${served.url}\n\nThe address holds a key that is made anew at each start. Ctrl+C ends it; servers and sites go on without it.\n`);
  const closed = mayOpen() ? await openBrowser(opener(), served) : async () => {};
  await untilAsked();
  await closed();
  await served.close();
  process.exit(0);
}

export function untilAsked(): Promise<void> {
  return new Promise((asked) => {
    for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => asked());
  });
}
