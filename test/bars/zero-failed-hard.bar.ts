// No request fails and no stream is cut while three instances are deployed again and again, and the agent and Docker are started anew.
import { setTimeout as sleep } from "node:timers/promises";
import type { Deployment, Service } from "../../agent/contract/index.ts";
import { makeLoad, phaseLine, type PhaseResult } from "../load/load.ts";
import { firstEnvironment } from "../world/environment.ts";
import { until } from "../world/wait.ts";
import { startAgentProcess, type AgentProcess } from "./agent-process.ts";
import { pace } from "./flight.ts";
import { bar, type BarContext } from "./frame.ts";
import { startSmallDockerd, type SmallDockerd } from "./small-dockerd.ts";
import { appImage } from "./zero-failed-hard/image.ts";
import { stayAt, type Stay } from "./zero-failed-hard/streams.ts";
import { startTurns } from "./zero-failed-hard/turn.ts";
import { askers, uploads, type Sending, type Sent } from "./zero-failed-hard/uploads.ts";

const INSTANCES = 3;
const HOSTNAME = "web.hard.test";
/** For its images and what its containers write. */
const DOCKERD_MB = 1500;

type Form = ReturnType<typeof pace> & { short: boolean; deploys: number; megabytes: number; pauseMs: number };
/** What a switch finds in the middle of a gigabyte comes in within the grace. */
const whole = (): Form => ({ ...pace(false), short: false, deploys: 10, megabytes: 1024, drainSeconds: 30, pauseMs: 3000 });
/** Without a Docker daemon of its own, which takes half of a minute to come and to go; of the grace something is left when the agent is back. */
const short = (): Form => ({ ...pace(true), short: true, deploys: 1, megabytes: 16, drainSeconds: 3, pauseMs: 300 });

export default bar({
  name: "zero-failed-hard",
  minutes: 25,
  async run(context) {
    const { say, signal } = context;
    const form = context.short ? short() : whole();
    const dockerd = form.short ? null : await startSmallDockerd(context, DOCKERD_MB, { liveRestore: true });
    const image = await appImage(context, dockerd?.socket ?? null);
    const agent = await startAgentProcess(context, { prefix: "hard", ...(dockerd === null ? {} : { dockerSocket: dockerd.socket }) });
    const service = await serviceOf(agent, image, form);
    const deploys = [await redeploy(agent, service, 0)];
    const visitors = await visit(context, agent, form, deploys[0]!.releaseId!);
    await visitors.phase("redeploys");
    for (let number = 1; number <= form.deploys; number += 1) {
      const isMiddle = number === Math.ceil(form.deploys / 2);
      await visitors.inTheMiddle();
      const switched = async (release: string) => {
        visitors.switched(release);
        // What is replaced has its grace before it.
        if (isMiddle) await killAgent(context, agent, visitors.phase);
      };
      deploys.push(await redeploy(agent, service, number, switched));
      say(`deploy ${number} of ${form.deploys}`);
      if (isMiddle) {
        await toldLive(agent, service, signal);
        if (dockerd !== null) await restartDocker(context, dockerd, visitors.phase);
        await toldLive(agent, service, signal);
        await visitors.phase("redeploys after");
      }
      await sleep(form.pauseMs, undefined, { signal });
    }
    const seen = await visitors.finish();
    return judge({ ...seen, deploys, form, say });
  },
});

async function serviceOf({ client }: AgentProcess, reference: string, { drainSeconds, stopSeconds }: Form): Promise<Service> {
  const { id } = await client.projects.create({ name: "Hard" });
  return await client.services.create({
    environmentId: await firstEnvironment(client, id),
    name: "web",
    shape: "web",
    hostname: HOSTNAME,
    config: { source: { type: "image", reference }, port: 3000, healthPath: "/health", replicas: INSTANCES, drainSeconds, stopSeconds },
  });
}

/** `switched`: as soon as the new release serves, while the one before has its grace. */
async function redeploy({ client, deployed }: AgentProcess, { id: serviceId, environmentId }: Service, round: number, switched?: (release: string) => Promise<void>): Promise<Deployment> {
  await client.variables.change({ environmentId, serviceId, set: { ROUND: String(round) } });
  const { id } = await client.deployments.start({ serviceId });
  const serves = async () => {
    const { steps, endedAt } = await client.deployments.get({ id });
    return endedAt !== null || steps.some(({ name, state }) => name === "retire" && state !== "waiting");
  };
  await until("the new release to serve", serves, { within: 300_000, every: 20 });
  const { releaseId } = await client.deployments.get({ id });
  await switched?.(releaseId!);
  const ended = await deployed(id);
  if (ended.state !== "succeeded") throw new Error(`deployment ${round} ${ended.state}: ${ended.problem?.message} ${ended.problem?.detail ?? ""}`);
  return ended;
}

const toldLive = ({ client }: AgentProcess, { id }: Service, signal: AbortSignal) =>
  until("all instances to be told live", async () => (await client.services.get({ id })).instances.filter(({ state }) => state === "live").length === INSTANCES, { within: 180_000, every: 50, signal });

/** What serves goes on without the agent. */
async function killAgent({ say }: BarContext, agent: AgentProcess, phase: (name: string) => Promise<void>): Promise<void> {
  await phase("the agent");
  await agent.kill();
  await agent.start();
  say("the agent was killed and started");
}

/** What serves goes on without Docker's daemon. */
async function restartDocker({ say, signal }: BarContext, dockerd: SmallDockerd, phase: (name: string) => Promise<void>): Promise<void> {
  await phase("Docker");
  await dockerd.restart();
  say("Docker's daemon was ended and started");
  // The agent notices it, and what it thinks of its instances then must not cost a request.
  await sleep(20_000, undefined, { signal });
}

type Seen = { results: PhaseResult[]; stays: Stay[]; sent: Sent; asked: Sent; heldBack: Sent };

const STAYING = ["WebSocket", "events"] as const;

/** Everybody who is there while it happens. */
async function visit({ cleanup, signal }: BarContext, { httpPort: port }: AgentProcess, form: Form, first: string) {
  const door = { port, hostname: HOSTNAME };
  const [over, closing] = [new AbortController(), new AbortController()];
  cleanup(() => closing.abort());
  const [leaving, gone] = [AbortSignal.any([over.signal, closing.signal, signal]), AbortSignal.any([closing.signal, signal])];
  const turns = startTurns(first);
  const load = await makeLoad({ address: "127.0.0.1", port, hostname: HOSTNAME, rate: form.rate, path: "/", echoPath: "/echo", slowPath: form.slowPath, slowEvery: 20, timeoutSeconds: form.timeoutSeconds });
  cleanup(() => load.stop());
  /** The release that each of them is at, so far that a switch finds it in the middle. */
  const at = new Map<string, string>();
  const staying = Promise.all(STAYING.map((kind) => stayAt(kind, door, leaving, (release) => at.set(kind, release), turns.tell)));
  const sending: Sending = { door, turn: turns.now, pause: form.pauseMs, leaving, gone };
  const sent = uploads({ ...sending, middle: (release) => at.set("upload", release) }, form.megabytes);
  const heldBack = askers({ ...sending, middle: (release) => at.set("held back", release) });
  const asked = askers({ ...sending, turn: null, pause: 100 });
  const allAt = (kinds: readonly string[]) => until("visitors in the middle of something", () => kinds.every((kind) => at.get(kind) === turns.now().release), { within: 300_000, every: 20, signal });
  return {
    phase: load.phase,
    switched: turns.next,
    /** Only who is there can be sent away by a switch. */
    inTheMiddle: () => allAt([...STAYING, "upload", "held back"]),
    async finish(): Promise<Seen> {
      // Whoever the last switch sent away has come again.
      await allAt(STAYING);
      over.abort();
      turns.end();
      const [results, stays, ...others] = await Promise.all([load.finish(), staying, sent, asked, heldBack]);
      return { results, stays: stays.flat(), sent: others[0], asked: others[1], heldBack: others[2] };
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

function judge({ results, stays, sent, asked, heldBack, deploys, form, say }: Measured) {
  const wrong: string[] = [];
  for (const result of results) {
    say(phaseLine(result));
    for (const failure of result.failures) say(`  ${failure}`);
  }
  wrong.push(...stays.flatMap((stay) => streamFault(stay, deploys, form) ?? []), ...[sent, asked, heldBack].flatMap(({ failures }) => failures));
  // Each release but the last had both of them.
  if (stays.length !== STAYING.length * form.deploys) wrong.push(`${stays.length} streams ended over ${form.deploys} deploys`);
  if (sent.over !== form.deploys || heldBack.over !== form.deploys) wrong.push(`${sent.over} uploads and ${heldBack.over} that asked first were in the middle of ${form.deploys} switches`);
  if (asked.count === 0) wrong.push("nobody asked");
  const served = deploys.filter(({ releaseId }) => results.some(({ releases }) => releases[releaseId ?? ""])).length;
  if (served !== deploys.length) wrong.push(`${served} of ${deploys.length} releases were seen by the load`);
  const instances = new Set(results.flatMap((result) => Object.keys(result.instances))).size;
  if (instances !== deploys.length * INSTANCES) wrong.push(`${instances} instances answered`);
  for (const fault of wrong) say(`  wrong: ${fault}`);
  const sum = (key: "sent" | "failed" | "seconds") => results.reduce((total, result) => total + result[key], 0);
  const rate = sum("sent") / sum("seconds");
  return {
    ok: wrong.length === 0 && sum("failed") === 0 && (form.short || rate > form.rate * 0.95),
    figure:
      `zero-failed-hard: ${sum("failed")} failed of ${sum("sent")} at ${rate.toFixed(1)} requests/s over ${form.deploys} deploys of ${INSTANCES} instances, a killed agent${form.short ? "" : " and Docker's daemon started anew"}; ` +
      `${sent.over} of ${sent.count} uploads of ${form.megabytes} MB and ${heldBack.over} of ${asked.count + heldBack.count} that asked first over a switch, ${stays.length} streams that ended after their grace; ${wrong.length} wrong`,
  };
}
