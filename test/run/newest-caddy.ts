// What `npm test` runs a second time, on the newest Caddy: what speaks of hosts, switches and streams.
import { builtCaddy, newestCaddy, whyNoBuiltCaddy } from "../world/caddy.ts";
import { none, type Counts } from "./counts.ts";
import { runBarChild, runVitest, type Step } from "./steps.ts";

const unitTests = ["agent/src/caddy/"];
const bars = ["zero-failed", "other-apps", "edge-speed", "hold", "hosts", "stream-kinds"];

const env = { ...process.env, AEROPLANE_WORLD_CADDY: newestCaddy };

/** Needs no world: Caddy alone. */
export const unitOnNewestCaddy: Step = onNewest("unit", (signal) =>
  runVitest("unit", unitTests, signal, env),
);

export const barsOnNewestCaddy: Step[] = bars.map((name) =>
  onNewest(`bar ${name}`, (signal) => runBarChild(name, signal, env)),
);

function onNewest(what: string, run: (signal: AbortSignal) => Promise<Counts>): Step {
  return {
    name: `${what} on caddy ${newestCaddy}`.replaceAll(" ", "-"),
    run: async (signal) => {
      const why = whyNoBuiltCaddy(newestCaddy);
      if (why !== undefined) {
        process.stdout.write(`Skipped: ${why}.\n`);
        return { ...none, skipped: 1 };
      }
      // No test's time pays for the building.
      await builtCaddy(newestCaddy, signal);
      return await run(signal);
    },
  };
}
