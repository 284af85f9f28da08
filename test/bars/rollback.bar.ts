// Back to kept releases again and again under load, with registry and repository away: each comes with its own image, settings and variables, and no request fails.
import { rename } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { serviceConfig, type Service } from "../../agent/contract/index.ts";
import { makeLoad, phaseLine, type PhaseResult } from "../load/load.ts";
import { appFolder, release } from "../world/apps/index.ts";
import { run } from "../world/command.ts";
import { firstEnvironment } from "../world/environment.ts";
import { until } from "../world/wait.ts";
import { pace, raiseFlight, type Flight } from "./flight.ts";
import { bar } from "./frame.ts";
import { startRegistry } from "./rollback/registry.ts";

/** From the call to the route that Caddy has confirmed. */
const WITHIN_MS = 3000;
const MiB = 1024 ** 2;

/** One service with two releases that differ in all that a release is made of; `says`: what each answers with. */
type Made = { name: string; service: Service; path: string; releases: { id: string; says: string; memoryMiB: number | null }[] };

export default bar({
  name: "rollback",
  minutes: 15,
  async run(context) {
    const { short, say, signal } = context;
    // What is built takes its time to be made: the short form does without.
    const [ofFirst, ofOthers] = short ? [2, 0] : [20, 6];
    const flight = await raiseFlight(context, "rollback");
    const { agent } = flight;
    const registry = await startRegistry(context, flight.world.folder);
    const repositories: string[] = [];
    const made = [...(short ? [] : [await builtApp(flight, repositories)]), await pulledApp(flight, registry, pace(short)), ...(short ? [] : [await site(flight, repositories)])];
    const first = made[0]!;
    for (const { service, releases } of made) for (const { id } of releases) await agent.client.deployments.pin({ serviceId: service.id, releaseId: id });
    await registry.away();
    for (const folder of repositories) await rename(folder, `${folder}.away`);

    const { hostname } = first.service;
    const load = await makeLoad({ address: "127.0.0.1", port: agent.httpPort, hostname: hostname!, rate: pace(short).rate, path: "/", echoPath: "/echo", slowPath: pace(short).slowPath, slowEvery: 20, timeoutSeconds: pace(short).timeoutSeconds });
    context.cleanup(() => load.stop());
    await load.phase("rollbacks");
    const took: number[] = [];
    const wrong: string[] = [];
    for (const one of made) {
      const times = one === first ? ofFirst : ofOthers;
      for (let number = 0; number < times; number++) {
        signal.throwIfAborted();
        const { milliseconds, problems } = await goBack(flight, one, number % one.releases.length);
        took.push(milliseconds);
        wrong.push(...problems.map((problem) => `${one.name}, rollback ${number + 1}: ${problem}`));
      }
      say(`${one.name}: ${times} rollbacks, slowest ${Math.max(...took.slice(-times))} ms`);
    }
    // What began before the last switch must be seen to its end.
    await sleep(1000, undefined, { signal });
    return judge({ results: await load.finish(), took, wrong, short, say });
  },
});

/** Built from a repository, with the settings and the variable of each release. */
async function builtApp(flight: Flight, repositories: string[]): Promise<Made> {
  const { service, repository } = await flight.service("web", flight.hostname("web"), { variables: { WORD: "none" } });
  repositories.push(repository.folder.replace(/\/work\/[^/]+$/, `/served/${repository.name}.git`));
  const releases: Made["releases"] = [];
  for (const [index, memoryMiB] of [192, 256].entries()) {
    await wanted(flight, service, { memoryMiB }, `word-${index}`);
    const { releaseId } = await flight.redeploy({ service, repository }, `web-${index}`);
    releases.push({ id: releaseId!, says: `word-${index}`, memoryMiB });
  }
  return { name: "built", service, path: "/env?name=WORD", releases };
}

/** One tag that means another image each time. */
async function pulledApp(flight: Flight, registry: { put(word: string): Promise<void>; reference: string }, { drainSeconds, stopSeconds }: ReturnType<typeof pace>): Promise<Made> {
  const { client } = flight.agent;
  const service = await client.services.create({
    environmentId: await firstEnvironment(client, flight.projectId),
    name: "pulled",
    shape: "web",
    hostname: flight.hostname("pulled"),
    config: { source: { type: "image", reference: registry.reference }, port: 3000, drainSeconds, stopSeconds },
  });
  const releases: Made["releases"] = [];
  for (const [index, memoryMiB] of [160, 224].entries()) {
    await registry.put(`image-${index}`);
    await wanted(flight, service, { memoryMiB }, `word-${index}`);
    releases.push({ id: (await flight.deploy(service.id)).releaseId!, says: `image-${index}\nword-${index}`, memoryMiB });
  }
  return { name: "pulled", service, path: "/", releases };
}

async function site(flight: Flight, repositories: string[]): Promise<Made> {
  const { client } = flight.agent;
  const repository = await flight.world.git.create("side", release("static", "site-0"), { from: appFolder("static") });
  repositories.push(repository.folder.replace(/\/work\/[^/]+$/, `/served/${repository.name}.git`));
  const service = await client.services.create({
    environmentId: await firstEnvironment(client, flight.projectId),
    name: "side",
    shape: "static",
    hostname: flight.hostname("side"),
    config: { source: { type: "git", url: repository.http, branch: repository.branch }, site: { outputDirectory: "site" } },
  });
  const releases: Made["releases"] = [];
  for (const says of ["site-0", "site-1"]) {
    await repository.commit(release("static", says), says);
    releases.push({ id: (await flight.deploy(service.id)).releaseId!, says, memoryMiB: null });
  }
  return { name: "site", service, path: "/release.txt", releases };
}

/** What the next release is made with. */
async function wanted({ agent: { client } }: Flight, { id, environmentId, config }: Service, over: object, word: string): Promise<void> {
  await client.services.update({ id, config: { ...serviceConfig.parse(config), ...over } });
  await client.variables.change({ environmentId, serviceId: id, set: { WORD: word } });
}

/** One rollback: its milliseconds to the confirmed route, and in what it is not the release that it goes back to. */
async function goBack({ agent }: Flight, { service, path, releases }: Made, at: number): Promise<{ milliseconds: number; problems: string[] }> {
  const { id: releaseId, says, memoryMiB } = releases[at]!;
  const begun = performance.now();
  const { id } = await agent.client.deployments.rollback({ serviceId: service.id, releaseId });
  const routed = async () => {
    const { steps, endedAt } = await agent.client.deployments.get({ id });
    return endedAt !== null || steps.some(({ name, state }) => name === "route" && state === "done");
  };
  await until("the route", routed, { within: 300_000, every: 10 });
  const milliseconds = Math.round(performance.now() - begun);
  const ended = await agent.deployed(id);
  if (ended.state !== "succeeded") return { milliseconds, problems: [`it ${ended.state}: ${ended.problem?.message}`] };
  const problems: string[] = [];
  const { body, headers } = await agent.fetch(service.hostname!, path);
  if (body.trim() !== says) problems.push(`it says ${JSON.stringify(body.slice(0, 60))} instead of ${JSON.stringify(says)}`);
  if (headers["x-aeroplane-release"] !== ended.releaseId) problems.push(`the release ${String(headers["x-aeroplane-release"])} answers`);
  const { settings, variables } = await agent.client.deployments.compare({ serviceId: service.id, from: releaseId, to: ended.releaseId! });
  for (const { name } of [...settings, ...variables]) problems.push(`${name} is another one`);
  const containers = await run(["docker", "ps", "--quiet", "--filter", `label=run.aeroplane.release=${ended.releaseId}`]);
  const [container] = containers.split("\n").filter(Boolean);
  if (memoryMiB === null) return { milliseconds, problems: container ? [...problems, "a site has a container"] : problems };
  const memory = Number(await run(["docker", "inspect", "--format", "{{.HostConfig.Memory}}", container!]));
  if (memory !== memoryMiB * MiB) problems.push(`it may have ${memory / MiB} MiB instead of ${memoryMiB}`);
  return { milliseconds, problems };
}

type Measured = { results: PhaseResult[]; took: number[]; wrong: string[]; short: boolean; say: (line: string) => void };

function judge({ results, took, wrong, short, say }: Measured) {
  for (const result of results) {
    say(phaseLine(result));
    for (const failure of result.failures) say(`  ${failure}`);
  }
  for (const line of wrong) say(`wrong: ${line}`);
  const sum = (key: "sent" | "failed" | "seconds") => results.reduce((total, result) => total + result[key], 0);
  const [sent, failed] = [sum("sent"), sum("failed")];
  const rate = sent / sum("seconds");
  const slowest = Math.max(...took);
  const median = took.toSorted((a, b) => a - b)[Math.floor(took.length / 2)]!;
  // The short form runs beside other tests: it asserts outcomes, never seconds.
  const fast = short || (slowest <= WITHIN_MS && rate > pace(short).rate * 0.95);
  return {
    ok: failed === 0 && wrong.length === 0 && fast,
    figure: `rollback: ${took.length} in a row, ${wrong.length} wrong, ${failed} failed of ${sent} at ${rate.toFixed(1)} requests/s; to the confirmed route median ${median} ms, slowest ${slowest} ms (allowed ${WITHIN_MS} ms); registry and repository away`,
  };
}
