// `npm run bar -- NAME [--short] [--caddy=VERSION]`: one bar alone, with everything it needs; its figure is the last line.
import { existsSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { runBar, type Bar } from "../bars/frame.ts";
import { chosenCaddy } from "../world/caddy.ts";
import { caddyBin } from "../world/parts.ts";
import { prepareMachine } from "./machine.ts";
import { root } from "./root.ts";
import { barNames } from "./steps.ts";

const args = process.argv.slice(2);
const short = args.includes("--short");
const name = args.find((arg) => !arg.startsWith("-"));
const file =
  name && /^[a-z0-9-]+$/.test(name) ? join(root, "test/bars", `${name}.bar.ts`) : undefined;

if (!file || !existsSync(file)) {
  process.stderr.write(
    `${name ? `There is no bar called ${name}.` : "Which bar?"} There are: ${(await barNames()).join(", ")}\n`,
  );
  process.exit(2);
}

const caddy = args.find((arg) => arg.startsWith("--caddy="))?.slice("--caddy=".length);
if (caddy !== undefined) process.env["AEROPLANE_WORLD_CADDY"] = caddy;

const stop = new AbortController();
for (const signal of ["SIGINT", "SIGTERM"] as const)
  process.on(signal, () => stop.abort(new Error(`Stopped by ${signal}.`)));
// The test run that starts a bar in its short form has prepared the machine already.
if (!short) await prepareMachine(stop.signal);
if (chosenCaddy() !== undefined) {
  // A bar's own bound does not pay for the building.
  process.stdout.write(`On Caddy ${chosenCaddy()}, ${await caddyBin()}\n`);
}
const { default: definition } = (await import(pathToFileURL(file).href)) as { default: Bar };
const result = await runBar(definition, {
  short,
  signal: stop.signal,
  say: (line) => process.stdout.write(`${line}\n`),
});
process.stdout.write(`${result.figure}\n`);
// A measure that was stopped may leave timers and sockets behind: they must not keep the process.
process.exit(result.ok ? 0 : 1);
