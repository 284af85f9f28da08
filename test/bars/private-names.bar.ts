// Services ask a sibling by its private names while it is deployed again and again, now and then with a release that is bad: no request fails, and no bad release answers one.
import { setTimeout as sleep } from "node:timers/promises";
import { serviceConfig } from "../../agent/contract/index.ts";
import { ensureImage } from "../world/images/images.ts";
import { firstEnvironment } from "../world/environment.ts";
import { until } from "../world/wait.ts";
import { startAgentProcess } from "./agent-process.ts";
import { bar } from "./frame.ts";
import { kinds, program, PROGRAM, startAsker, type Kind, type Seen } from "./private-names/askers.ts";

/** Of each kind of client. */
const RATE = 200;
const SHORT_RATE = 50;
const DEPLOYS = 20;
/** Which deploys are bad, and how. */
const BAD: Record<number, string> = { 5: "unhealthy", 11: "exits", 17: "deaf" };
const SHORT_BAD: Record<number, string> = { 1: "unhealthy" };

export default bar({
  name: "private-names",
  minutes: 20,
  async run(context) {
    const { short, say, signal } = context;
    const [deploys, bad, rate] = short ? [2, SHORT_BAD, SHORT_RATE] : [DEPLOYS, BAD, RATE];
    const asking: Kind[] = short ? ["node"] : (Object.keys(kinds) as Kind[]);
    const agent = await startAgentProcess(context, { prefix: "private-names" });
    const { client } = agent;
    const { id: projectId } = await client.projects.create({ name: "private-names" });
    const environmentId = await firstEnvironment(client, projectId);
    const deployed = async (serviceId: string) => agent.deployed((await client.deployments.start({ serviceId })).id);
    const deploy = async (serviceId: string) => {
      const { state, problem } = await deployed(serviceId);
      if (state !== "succeeded") throw new Error(`deployment ${state}: ${problem?.message}`);
    };

    const api = await client.services.create({
      environmentId,
      name: "api",
      shape: "web",
      config: {
        source: { type: "image", reference: await ensureImage("node:24-slim", { signal, say }) },
        port: 3000,
        healthPath: "/health",
        // One that starts slowly on a busy machine is not bad, and what it has taken on is answered.
        healthSeconds: short ? 120 : 5,
        drainSeconds: short ? 3 : 10,
        stopSeconds: short ? 60 : undefined,
        names: ["backend"],
        startCommand: PROGRAM,
      },
      variables: { PROGRAM: await program("app.cjs"), RELEASE: "release-0", MODE: "" },
    });
    await deploy(api.id);
    const askers = await Promise.all(asking.map((kind) => startAsker(kind, { client, environmentId, names: ["api", "backend"], port: 3000, rate, seconds: short ? 30 : 10, deploy }, { signal, say })));
    await until("all to ask", async () => (await Promise.all(askers.map(({ sent }) => sent()))).every((sent) => sent > 0), { within: 120_000, every: 100 });
    const begun = performance.now();

    const wrong: string[] = [];
    for (let at = 1; at <= deploys; at++) {
      signal.throwIfAborted();
      const mode = bad[at];
      await client.variables.change({ environmentId, serviceId: api.id, set: { RELEASE: `release-${at}`, MODE: mode ?? "" } });
      if (short) await client.services.update({ id: api.id, config: { ...serviceConfig.parse(api.config), healthSeconds: mode === undefined ? 120 : 2 } });
      const { state, problem } = await deployed(api.id);
      if ((state === "succeeded") !== (mode === undefined)) wrong.push(`deploy ${at}, ${mode ?? "good"}, ${state}: ${problem?.message}`);
      say(`deploy ${at} of ${deploys}${mode === undefined ? "" : `, which ${mode === "exits" ? "exits" : `is ${mode}`}`}: ${state}`);
      await sleep(short ? 300 : 2000, undefined, { signal });
    }
    // What began before the last switch must be seen to its end.
    await sleep(1000, undefined, { signal });
    const seconds = (performance.now() - begun) / 1000;
    return judge(await Promise.all(askers.map(({ finish }) => finish())), { deploys, bad, wrong, seconds, say });
  },
});

type Measured = { deploys: number; bad: Record<number, string>; wrong: string[]; seconds: number; say: (line: string) => void };

function judge(results: Seen[], { deploys, bad, wrong, seconds, say }: Measured) {
  for (const { kind, sent, failed, seen } of results) {
    say(`${kinds[kind].of}: ${failed} failed of ${sent}`);
    for (const [word, times] of Object.entries(seen)) if (!word.startsWith("release: ")) say(`  ${times} times ${word}`);
    for (const at of Object.keys(bad)) if (seen[`release: release-${at}`] !== undefined) wrong.push(`${kind} was answered by release-${at}, which is ${bad[Number(at)]}`);
    // The last one serves since before the end: who has not seen it asked something else.
    if (!seen[`release: release-${deploys}`]) wrong.push(`${kind} was never answered by the last release`);
  }
  for (const line of wrong) say(`wrong: ${line}`);
  const sum = (key: "sent" | "failed" | "ok") => results.reduce((total, result) => total + result[key], 0);
  const rates = results.map(({ kind, sent }) => `${kinds[kind].of} ${(sent / seconds).toFixed(0)}/s`).join(", ");
  return {
    ok: sum("failed") === 0 && sum("ok") === sum("sent") && wrong.length === 0,
    figure: `private-names: ${sum("failed")} failed of ${sum("sent")} over ${deploys} deploys, ${Object.keys(bad).length} of them bad, ${wrong.length} wrong; ${rates}`,
  };
}
