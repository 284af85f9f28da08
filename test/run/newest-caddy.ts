// What `npm test` runs a second time, on the newest Caddy: what speaks of hosts, switches and streams.
import { builtCaddy, newestCaddy, whyNoBuiltCaddy } from "../world/caddy.ts";
import { alone } from "./alone.ts";
import { none } from "./counts.ts";
import { runBarChild, runVitest, type Step } from "./steps.ts";

const unitTests = ["agent/src/caddy/"];
const bars = ["zero-failed", "other-apps", "edge-speed", "hold", "hosts", "stream-kinds"];

const env = { ...process.env, AEROPLANE_WORLD_CADDY: newestCaddy };

/** Needs no world: Caddy alone. */
export const unitOnNewestCaddy: Step = onNewest("unit", (signal, say) =>
  runVitest("unit", unitTests, signal, say, env),
);

export const barsOnNewestCaddy: Step[] = bars.map((name) => ({
  ...onNewest(`bar ${name}`, (signal, say) => runBarChild(name, signal, say, env)),
  beside: !(name in alone),
}));

function onNewest(what: string, run: Step["run"]): Step {
  return {
    name: `${what} on caddy ${newestCaddy}`.replaceAll(" ", "-"),
    run: async (signal, say) => {
      const why = whyNoBuiltCaddy(newestCaddy);
      if (why !== undefined) {
        say(`Skipped: ${why}.\n`);
        return { ...none, skipped: 1 };
      }
      // No test's time pays for the building.
      await builtCaddy(newestCaddy, signal);
      return await run(signal, say);
    },
  };
}
