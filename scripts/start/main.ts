// npm start: builds what changed, then opens the app: its own window where Electron can run, else a browser.
import { parseArgs } from "node:util";
import { bringUpToDate } from "./build.ts";
import { runDemo } from "./demo/demo.ts";
import { electronReason, runElectron } from "./electron.ts";
import { cacheDir } from "./places.ts";
import { runWeb } from "./web.ts";

const USAGE = `npm start                 opens the app
npm start -- --web        opens it in a browser
npm start -- --demo       deploys a sample on this machine and removes everything at Ctrl+C
`;

const options = readOptions();
// Everything that a checkout fetches stays in the checkout.
process.env.AEROPLANE_CACHE_DIR ??= cacheDir;
if (options.help) process.stdout.write(USAGE);
else if (options.demo) await runDemo();
else if (options.web) await inBrowser();
else await inWindow();

async function inWindow(): Promise<void> {
  const reason = await electronReason();
  if (reason === null) {
    await bringUpToDate(["agent", "electron"]);
    const ended = await runElectron();
    if (ended.state === "closed") process.exit(ended.code);
    process.stdout.write(`The Electron window did not open (${ended.why}); opening in a browser instead.\n`);
  } else process.stdout.write(`${reason}; opening in a browser instead.\n`);
  await inBrowser();
}

async function inBrowser(): Promise<void> {
  await bringUpToDate(["agent", "renderer"]);
  await runWeb();
}

function readOptions() {
  try {
    return parseArgs({ options: { web: { type: "boolean" }, demo: { type: "boolean" }, help: { type: "boolean" } } }).values;
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\n${USAGE}`);
    process.exit(2);
  }
}
