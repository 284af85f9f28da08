// No request fails and no stream is cut while three instances are deployed again and again, and the agent and Docker are started anew.
import { setTimeout as sleep } from "node:timers/promises";
import type { Deployment, Service } from "../../agent/contract/index.ts";
import { makeLoad, phaseLine, type PhaseResult } from "../load/load.ts";
import { firstEnvironment } from "../world/environment.ts";
import { until } from "../world/wait.ts";
import { startAgentProcess, type AgentProcess } from "./agent-process.ts";
import { bar, type BarContext } from "./frame.ts";
import { startSmallDockerd, type SmallDockerd } from "./small-dockerd.ts";
import { appImage } from "./zero-failed-hard/image.ts";
import { stayAt, type Stay } from "./zero-failed-hard/streams.ts";
import { askers, uploads, type Sent } from "./zero-failed-hard/uploads.ts";

const RATE = 200;
const INSTANCES = 3;
const HOSTNAME = "web.hard.test";
/** For its images and what its containers write. */
const DOCKERD_MB = 1500;

type Form = { short: boolean; deploys: number; megabytes: number; drainSeconds: number; slowMs: number; pauseMs: number };
/** A gigabyte comes in within the grace. */
const WHOLE: Form = { short: false, deploys: 10, megabytes: 1024, drainSeconds: 30, slowMs: 2000, pauseMs: 3000 };
/** Without a Docker daemon of its own, which takes half of a minute to come and to go. */
const SHORT: Form = { short: true, deploys: 1, megabytes: 16, drainSeconds: 2, slowMs: 300, pauseMs: 300 };

export default bar({
  name: "zero-failed-hard",
  minutes: 25,
  async run(context) {
    const { say, signal } = context;
    const form = context.short ? SHORT : WHOLE;
    const dockerd = form.short ? null : await startSmallDockerd(context, DOCKERD_MB, { liveRestore: true });
    const image = await appImage(context, dockerd?.socket ?? null);
    const agent = await startAgentProcess(context, { prefix: "hard", ...(dockerd === null ? {} : { dockerSocket: dockerd.socket }) });
    const service = await serviceOf(agent, image, form);
    const deploys = [await redeploy(agent, service, 0)];
    const visitors = await visit(context, agent, form);
    await visitors.phase("redeploys");
    for (let number = 1; number <= form.deploys; number += 1) {
      deploys.push(await redeploy(agent, service, number));
      await sleep(form.pauseMs, undefined, { signal });
      say(`deploy ${number} of ${form.deploys}`);
      if (number === Math.ceil(form.deploys / 2)) await startAnew(context, { agent, dockerd, service, form, phase: visitors.phase });
    }
    const seen = await visitors.finish();
    return judge({ ...seen, deploys, form, say });
  },
});

async function serviceOf({ client }: AgentProcess, reference: string, { drainSeconds }: Form): Promise<Service> {
  const { id } = await client.projects.create({ name: "Hard" });
  return await client.services.create({
    environmentId: await firstEnvironment(client, id),
    name: "web",
    shape: "web",
    hostname: HOSTNAME,
    config: { source: { type: "image", reference }, port: 3000, healthPath: "/health", replicas: INSTANCES, drainSeconds },
  });
}

async function redeploy({ client, deployed }: AgentProcess, { id: serviceId, environmentId }: Service, round: number): Promise<Deployment> {
  await client.variables.change({ environmentId, serviceId, set: { ROUND: String(round) } });
  const ended = await deployed((await client.deployments.start({ serviceId })).id);
  if (ended.state !== "succeeded") throw new Error(`deployment ${round} ${ended.state}: ${ended.problem?.message} ${ended.problem?.detail ?? ""}`);
  return ended;
}

type Scene = { agent: AgentProcess; dockerd: SmallDockerd | null; service: Service; form: Form; phase: (name: string) => Promise<void> };

/** What serves goes on without the agent, and without Docker's daemon. */
async function startAnew({ say, signal }: BarContext, { agent, dockerd, service, form, phase }: Scene): Promise<void> {
  const all = async () => (await agent.client.services.get({ id: service.id })).instances.filter(({ state }) => state === "live").length === INSTANCES;
  const live = () => until("all instances to be told live", all, { within: 60_000, every: 50, signal });
  await phase("the agent");
  await agent.kill();
  await sleep(form.pauseMs, undefined, { signal });
  await agent.start();
  await live();
  say("the agent was killed and started");
  if (dockerd !== null) {
    await phase("Docker");
    await dockerd.restart();
    await live();
    say("Docker's daemon was ended and started");
  }
  await sleep(form.pauseMs, undefined, { signal });
  await phase("redeploys after");
}

type Seen = { results: PhaseResult[]; stays: Stay[]; sent: Sent; asked: Sent };

async function visit({ cleanup, signal }: BarContext, { httpPort: port }: AgentProcess, form: Form) {
  const door = { port, hostname: HOSTNAME };
  const [over, gone] = [new AbortController(), new AbortController()];
  cleanup(() => gone.abort());
  const [leaving, whole] = [AbortSignal.any([over.signal, gone.signal, signal]), AbortSignal.any([gone.signal, signal])];
  const load = await makeLoad({ address: "127.0.0.1", port, hostname: HOSTNAME, rate: RATE, path: "/", echoPath: "/echo", slowPath: `/?slow=${form.slowMs}`, slowEvery: 20, timeoutSeconds: 30 });
  cleanup(() => load.stop());
  const here = new Set<Stay["kind"]>();
  const staying = Promise.all((["WebSocket", "events"] as const).map((kind) => stayAt(kind, door, leaving, () => here.add(kind))));
  const sending = uploads(door, form.megabytes, form.pauseMs, leaving, whole);
  const asking = askers(door, 100, leaving, whole);
  // Only who is there can be sent away by a switch.
  await until("the visitors that stay", () => here.size === 2, { every: 20, signal });
  return {
    phase: load.phase,
    async finish(): Promise<Seen> {
      // What began before the last switch must be seen to its end.
      await sleep(1000, undefined, { signal });
      over.abort();
      const [results, stays, sent, asked] = await Promise.all([load.finish(), staying, sending, asking]);
      return { results, stays: stays.flat(), sent, asked };
    },
  };
}

/** A stream ends when the grace of its release is over, and never otherwise. */
function streamFault({ kind, release, parts, endedAt, why }: Stay, deploys: readonly Deployment[], { drainSeconds }: Form): string | null {
  if (why !== null) return `${kind} of ${parts} parts: ${why}`;
  const at = deploys.findIndex(({ releaseId }) => releaseId === release);
  const next = deploys[at + 1];
  if (at < 0 || next === undefined) return `${kind} of a release that serves ended`;
  const early = next.steps.find(({ name }) => name === "route")!.endedAt! + drainSeconds * 1000 - endedAt;
  return early > 0 ? `${kind} ended ${early} ms before its grace was over` : null;
}

type Measured = Seen & { deploys: readonly Deployment[]; form: Form; say: (line: string) => void };

function judge({ results, stays, sent, asked, deploys, form, say }: Measured) {
  const wrong: string[] = [];
  for (const result of results) {
    say(phaseLine(result));
    for (const failure of result.failures) say(`  ${failure}`);
  }
  wrong.push(...stays.flatMap((stay) => streamFault(stay, deploys, form) ?? []), ...sent.failures, ...asked.failures);
  // Each release but the last had both of them.
  if (stays.length < 2 * form.deploys) wrong.push(`${stays.length} streams ended over ${form.deploys} deploys`);
  if (sent.count === 0 || asked.count === 0) wrong.push("nobody sent anything");
  const served = deploys.filter(({ releaseId }) => results.some(({ releases }) => releases[releaseId ?? ""])).length;
  if (served !== deploys.length) wrong.push(`${served} of ${deploys.length} releases were seen by the load`);
  for (const fault of wrong) say(`  wrong: ${fault}`);
  const sum = (key: "sent" | "failed" | "seconds") => results.reduce((total, result) => total + result[key], 0);
  const rate = sum("sent") / sum("seconds");
  return {
    ok: wrong.length === 0 && sum("failed") === 0 && (form.short || rate > RATE * 0.95),
    figure:
      `zero-failed-hard: ${sum("failed")} failed of ${sum("sent")} at ${rate.toFixed(1)} requests/s over ${form.deploys} deploys of ${INSTANCES} instances, a killed agent${form.short ? "" : " and Docker's daemon started anew"}; ` +
      `${sent.count} uploads of ${form.megabytes} MB, ${asked.count} that asked first, ${stays.length} streams that ended after their grace; ${wrong.length} wrong`,
  };
}
