// Reports of people who do this job, each tried on the product: one row a case, what is expected and what is seen.
import { bar } from "./frame.ts";
import { raiseBench } from "./reports/bench.ts";
import type { Case } from "./reports/case.ts";
import { images } from "./reports/images.ts";
import { lfs } from "./reports/lfs.ts";
import { logLines } from "./reports/lines.ts";
import { outside } from "./reports/outside.ts";
import { servers, sessions } from "./reports/servers.ts";
import { sources } from "./reports/sources.ts";

/** Each lane one after the other, the lanes side by side: most of a case is waiting, and those on one server change it. */
const LANES: Case[][] = [sources, images, [...outside, ...sessions], servers, [...lfs, ...logLines]];

export default bar({
  name: "reports",
  minutes: 20,
  run: async (context) => {
    const { short, say, signal } = context;
    const begun = performance.now();
    const bench = await raiseBench(context);
    const lanes = LANES.map((lane) => lane.filter((one) => one.short || !short));
    const cases = lanes.flat();
    const seen = new Map<Case, string>();
    const took = new Map<Case, number>();
    const walk = async (lane: Case[]) => {
      for (const one of lane) {
        signal.throwIfAborted();
        const from = performance.now();
        seen.set(one, await one.see(bench).catch((error: Error) => `the case itself failed: ${error.message}`));
        took.set(one, (performance.now() - from) / 1000);
      }
    };
    await Promise.all(lanes.map(walk));
    const wrong = cases.filter((each) => seen.get(each) !== each.expected);
    for (const each of cases) {
      const right = !wrong.includes(each);
      say(`${right ? "  ok   " : "  WRONG"} ${each.name} (${took.get(each)!.toFixed(1)} s)`);
      if (!short || !right) say(`          expected: ${each.expected}\n          seen:     ${seen.get(each)}`);
    }
    return { ok: wrong.length === 0 && seen.size === cases.length && cases.length > 0, figure: `reports: ${cases.length} cases, ${wrong.length} wrong, in ${((performance.now() - begun) / 1000).toFixed(1)} s` };
  },
});
