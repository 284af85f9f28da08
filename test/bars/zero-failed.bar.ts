// No request fails while an app is deployed again and again and while hostnames come and go.
import { setTimeout as sleep } from "node:timers/promises";
import { makeLoad, phaseLine, type PhaseResult } from "../load/load.ts";
import { until } from "../world/wait.ts";
import { bar } from "./frame.ts";
import { pace, raiseFlight, type Flight } from "./flight.ts";

export default bar({
  name: "zero-failed",
  minutes: 25,
  async run(context) {
    const { short, say, signal } = context;
    const [deploys, hostnames, baselineSeconds] = short ? [2, 2, 2] : [20, 10, 60];
    const flight = await raiseFlight(context, "zero-failed");
    const { agent } = flight;
    const hostname = flight.hostname("web");
    const web = await flight.service("web", hostname);
    const side = await flight.site("side", null);
    await Promise.all([flight.deploy(web.service.id), flight.deploy(side.id)]);

    const load = await makeLoad({
      address: "127.0.0.1",
      port: agent.httpPort,
      hostname,
      rate: pace(short).rate,
      path: "/",
      echoPath: "/echo",
      slowPath: pace(short).slowPath,
      slowEvery: 20,
      timeoutSeconds: pace(short).timeoutSeconds,
    });
    context.cleanup(() => load.stop());
    say(`the same load on the app left alone, ${baselineSeconds} s`);
    await load.phase("baseline");
    await sleep(baselineSeconds * 1000, undefined, { signal });

    await load.phase("redeploys");
    const wanted = new Map<string, string>();
    for (let i = 1; i <= deploys; i++) {
      const began = performance.now();
      const deployment = await flight.redeploy(web, `web-${i}`);
      wanted.set(deployment.releaseId!, `web-${i}`);
      say(`deploy ${i} of ${deploys}: ${Math.round(performance.now() - began)} ms`);
    }

    await load.phase("hostnames");
    const wrong = await changeHostnames(flight, side.id, { count: hostnames, short, say });
    // What began before the last change must be seen to its end.
    await sleep(1000, undefined, { signal });
    const results = await load.finish();
    const left = await flight.containersOf(web.service.id);
    return judge({ results, wanted, wrong, left: left.length, deploys, hostnames, short, say });
  },
});

/** Each new name must be there when the call returns, and the former one gone. */
async function changeHostnames({ agent, hostname }: Flight, id: string, { count, short, say }: { count: number; short: boolean; say: (line: string) => void }): Promise<string[]> {
  const wrong: string[] = [];
  const expectStatus = async (name: string, status: number) => {
    let answer = await agent.fetch(name);
    // Where a busy Caddy does not say in time that it has the route, the reconcile loop sees to it.
    if (short) await until("the hostname", async () => (answer = await agent.fetch(name)).status === status, { within: 60_000, every: 50 }).catch(() => {});
    if (answer.status !== status) wrong.push(`${name} answered ${answer.status} instead of ${status}`);
  };
  let former: string | null = null;
  for (let i = 1; i <= count; i++) {
    const name = hostname(`side-${i}`);
    await agent.client.services.update({ id, hostname: name });
    await expectStatus(name, 200);
    if (former !== null) await expectStatus(former, 404);
    former = name;
    await agent.client.services.update({ id, hostname: null });
    await expectStatus(name, 404);
    await agent.client.services.update({ id, hostname: name });
    await expectStatus(name, 200);
  }
  await agent.client.services.update({ id, hostname: null });
  await expectStatus(former!, 404);
  say(`${count} hostnames added and removed`);
  return wrong;
}

type Measured = {
  results: PhaseResult[];
  wanted: Map<string, string>;
  wrong: string[];
  left: number;
  deploys: number;
  hostnames: number;
  short: boolean;
  say: (line: string) => void;
};

function judge({ results, wanted, wrong, left, deploys, hostnames, short, say }: Measured) {
  for (const result of results) {
    say(phaseLine(result));
    say(`  ${Object.entries(result.byKind).map(([kind, count]) => `${kind} ${count}`).join(", ")}`);
    for (const failure of result.failures) say(`  ${failure}`);
  }
  for (const line of wrong) say(line);
  const measured = results.filter(({ phase }) => phase !== "baseline");
  const [sent, failed] = [sum(measured, "sent"), sum(measured, "failed")];
  const baseline = results.find(({ phase }) => phase === "baseline");
  const seen = [...wanted].filter(([id, app]) => measured.some(({ releases, apps }) => releases[id] && apps[app])).length;
  const rate = sent / sum(measured, "seconds");
  const clean = failed === 0 && baseline?.failed === 0 && wrong.length === 0;
  // The short form runs beside other tests: it asserts outcomes, never seconds.
  const fast = short || rate > pace(short).rate * 0.95;
  return {
    ok: clean && fast && seen === deploys && left === 1,
    figure:
      `zero-failed: ${failed} failed of ${sent} at ${rate.toFixed(1)} requests/s over ${deploys} deploys and ${hostnames} hostnames; ` +
      `${seen} of ${deploys} releases seen; ${left} container left; left alone ${baseline?.failed} failed of ${baseline?.sent} at ${baseline?.achievedRate.toFixed(1)} requests/s`,
  };
}

const sum = (results: PhaseResult[], key: "sent" | "failed" | "seconds") => results.reduce((total, result) => total + result[key], 0);
