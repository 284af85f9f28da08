// One app's deploys, creations and deletions leave every other app alone: its requests and its WebSocket.
import { setTimeout as sleep } from "node:timers/promises";
import { makeEcho, makeLoad, phaseLine } from "../load/load.ts";
import { bar } from "./frame.ts";
import { until } from "../world/wait.ts";
import { pace, raiseFlight, type Flight } from "./flight.ts";

export default bar({
  name: "other-apps",
  minutes: 25,
  async run(context) {
    const { short, say, signal } = context;
    const [deploys, changes, baselineSeconds] = short ? [1, 1, 1] : [20, 5, 30];
    const flight = await raiseFlight(context, "other-apps");
    const { agent } = flight;
    const hostname = flight.hostname("steady");
    const steady = await flight.service("steady", hostname);
    const busy = await flight.service("busy", flight.hostname("busy"));
    await Promise.all([flight.deploy(steady.service.id), flight.deploy(busy.service.id)]);

    const place = { address: "127.0.0.1", port: agent.httpPort, hostname };
    const echo = await makeEcho({ ...place, everyMs: 100 });
    context.cleanup(() => echo.stop());
    const load = await makeLoad({ ...place, rate: pace(short).rate, path: "/", echoPath: "/echo", slowPath: pace(short).slowPath, slowEvery: 20, timeoutSeconds: pace(short).timeoutSeconds });
    context.cleanup(() => load.stop());
    await load.phase("baseline");
    await sleep(baselineSeconds * 1000, undefined, { signal });

    await load.phase("deploys of another");
    for (let i = 1; i <= deploys; i++) await flight.redeploy(busy, `busy-${i}`);
    say(`${deploys} deploys of another service`);

    await load.phase("creations and deletions");
    for (let i = 1; i <= changes; i++) await passBy(flight, i, short);
    say(`${changes} services created, deployed and deleted`);

    const [results, echoed] = [await load.finish(), await echo.finish()];
    for (const result of results) {
      say(phaseLine(result));
      for (const failure of result.failures) say(`  ${failure}`);
    }
    const failed = results.reduce((total, result) => total + result.failed, 0);
    const sent = results.reduce((total, result) => total + result.sent, 0);
    const seconds = results.reduce((total, result) => total + result.seconds, 0);
    return {
      ok: failed === 0 && echoed.closed === null && (short || sent / seconds > pace(short).rate * 0.95),
      figure:
        `other-apps: ${failed} failed of ${sent} at ${(sent / seconds).toFixed(1)} requests/s over ${deploys} deploys, ${changes} creations and ${changes} deletions; ` +
        `WebSocket ${echoed.closed ?? `open throughout, ${echoed.echoed} echoes`}, largest gap ${echoed.largestGapMs} ms`,
    };
  },
});

/** Another service comes, is deployed, seen and deleted: a container and a site in turn. */
async function passBy(flight: Flight, number: number, short: boolean): Promise<void> {
  const { agent } = flight;
  const label = `passing-${number}`;
  const name = flight.hostname(label);
  const service = number % 2 === 0 ? await flight.site(label, name) : (await flight.service(label, name)).service;
  await flight.deploy(service.id);
  const there = await agent.fetch(name);
  if (there.status !== 200) throw new Error(`${name} answered ${there.status} after its deploy`);
  const { job } = await agent.client.services.delete({ id: service.id, confirm: service.name });
  const ended = await agent.ended(job.id);
  if (ended.state !== "succeeded") throw new Error(`the deletion ${ended.state}: ${ended.problem?.message}`);
  let gone = await agent.fetch(name);
  // A busy Caddy says late what it has taken in.
  if (short) await until("the hostname to be gone", async () => (gone = await agent.fetch(name)).status === 404, { within: 30_000, every: 50 }).catch(() => {});
  if (gone.status !== 404) throw new Error(`${name} answered ${gone.status} after its deletion`);
}
