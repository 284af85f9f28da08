// Nine ways in which a deployment fails: nine codes, each naming what was wrong and what to do, each in its time, while
// the old release serves on.
import { mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { errorTable, type Problem, type ServiceConfig } from "../../agent/contract/index.ts";
import { makeLoad, phaseLine } from "../load/load.ts";
import { appFolder, release, type AppMode } from "../world/apps/index.ts";
import { freePort, startGitServer } from "../world/git/server.ts";
import { accepts } from "../world/hub.ts";
import { beginRun, endRun, type WorldRun } from "../world/run.ts";
import { until } from "../world/wait.ts";
import { startAgentProcess, type AgentProcess } from "./agent-process.ts";
import { bar } from "./frame.ts";
import { copyImage, smallDisk, startSmallDockerd } from "./small-dockerd.ts";

const HOSTNAME = "failed.bar.test";
const HEALTH_SECONDS = 4;
const RATE = 20;

type Case = {
  name: string;
  code: string;
  /** Must stand in the sentence. */
  names: string;
  seconds: number;
  wholeOnly?: boolean;
  prepare?: () => Promise<unknown>;
  config?: Partial<ServiceConfig>;
  repair?: () => Promise<unknown>;
  /** Of the service that is made from an image. */
  ofImage?: boolean;
};

export default bar({
  name: "failed-deploy",
  minutes: 10,
  run: async (context) => {
    const { short, say, cleanup, signal } = context;
    const world = await beginRun();
    cleanup(() => endRun(world.folder));
    const git = await startGitServer(world, "127.0.0.1");
    const registry = await emptyRegistry(world);
    const dataDir = join(await smallDisk(context, "data", 64), "data");
    await mkdir(dataDir);
    const dockerSocket = short ? undefined : (await startSmallDockerd(context, 700)).socket;
    if (dockerSocket !== undefined) await copyImage(dockerSocket, "node:24-slim");
    const agent = await startAgentProcess(context, { dataDir, dockerSocket });

    const app = await git.create("app", release("node-http", "old"), { from: appFolder("node-http") });
    const source = { type: "git" as const, url: app.http, branch: app.branch, rootDirectory: "" };
    const base: ServiceConfig = {
      // In the short form nothing has to use it up, and other bars run beside it.
      source, port: 3000, healthPath: "/health", healthSeconds: short ? 60 : HEALTH_SECONDS, drainSeconds: 1, replicas: 1, startCommand: null, imageHealth: false, site: null,
    };
    const missing = `127.0.0.1:${registry}/nobody/nothing:1`;
    const services = await deployOld(agent, base);

    const mode = (value: AppMode) => () => app.commit(release("node-http", "broken", value), value);
    const dockerfile = (text: string) => () => app.commit({ ...release("node-http", "broken"), Dockerfile: text }, "Dockerfile");
    const ballast = join(dataDir, "ballast");
    const filled = keepFull(ballast);
    cleanup(() => filled.end());
    const cases: Case[] = [
      { name: "an app that exits", code: "APP_EXITED", names: "code 3", seconds: 15, prepare: mode("exit") },
      { name: "an app that never listens", code: "APP_NOT_LISTENING", names: "3000", seconds: HEALTH_SECONDS + 15, prepare: mode("never-listens"), wholeOnly: true },
      { name: "an app that answers 500", code: "HEALTH_CHECK_FAILED", names: "500", seconds: HEALTH_SECONDS + 15, prepare: mode("500"), wholeOnly: true },
      { name: "an image that does not exist", code: "IMAGE_NOT_FOUND", names: missing, seconds: 10, ofImage: true, config: { source: { type: "image", reference: missing } } },
      { name: "an error in the Dockerfile", code: "DOCKERFILE_INVALID", names: "line 2", seconds: 10, prepare: dockerfile("FROM node:24-slim\nCOPPY . .\n") },
      { name: "a build step that fails", code: "BUILD_FAILED", names: "exit 9", seconds: 15, wholeOnly: true, prepare: dockerfile("FROM node:24-slim\nRUN exit 9\n") },
      { name: "a wrong Git URL", code: "GIT_REPOSITORY_NOT_FOUND", names: "/nobody.git", seconds: 10, config: { source: { ...source, url: app.http.replace("/app.git", "/nobody.git") } } },
      { name: "a wrong branch", code: "GIT_BRANCH_NOT_FOUND", names: "nowhere", seconds: 10, config: { source: { ...source, branch: "nowhere" } } },
      {
        name: "a disk that fills up in the build", code: "BUILD_DISK_FULL", names: "web", seconds: 60, wholeOnly: true,
        prepare: dockerfile("FROM node:24-slim\nRUN head -c 3000000000 /dev/zero > /ballast\n"),
      },
      {
        name: "a full disk under the agent", code: "STORE_READ_ONLY", names: dataDir, seconds: 10,
        prepare: () => filled.begin(), repair: () => filled.end(),
      },
    ];

    const load = await makeLoad({
      address: "127.0.0.1", port: agent.httpPort, hostname: HOSTNAME, rate: RATE,
      path: "/", echoPath: "/echo", slowPath: "/?slow=2000", slowEvery: 20, timeoutSeconds: short ? 30 : 10,
    });
    cleanup(load.stop);
    await load.phase("the old release, during all failures");
    const seen: Problem[] = [];
    const wrong: string[] = [];
    for (const one of cases.filter(({ wholeOnly }) => !short || !wholeOnly)) {
      signal.throwIfAborted();
      await one.prepare?.();
      const begun = performance.now();
      const problem = await failureOf(agent, one.ofImage ? services.image : services.web, { ...base, ...(one.ofImage ? imageConfig : {}), ...one.config });
      const seconds = (performance.now() - begun) / 1000;
      await one.repair?.();
      say(`${one.name}: ${problem?.code ?? "no failure"} after ${seconds.toFixed(1)} s (allowed ${one.seconds} s)`);
      if (problem) say(`  ${problem.message} → ${problem.next}`);
      if (problem) seen.push(problem);
      wrong.push(...judge(one, problem, short ? 0 : seconds).map((what) => `${one.name}: ${what}`));
    }
    if (!short) wrong.push(...(await fillsMeanwhile(agent, services.web, base, ballast, dockerfile)));
    const [result] = await load.finish();
    say(phaseLine(result!));
    for (const failure of result!.failures) say(`  ${failure}`);
    const others = Object.keys(result!.releases).length;

    // Nothing is worn out: what was broken deploys when it is mended.
    await app.commit({ ...release("node-http", "new"), Dockerfile: "FROM node:24-slim\nWORKDIR /app\nCOPY . .\nCMD [\"node\", \"server.mjs\"]\n" }, "Mend");
    const problem = await failureOf(agent, services.web, base);
    const last = (await agent.fetch(HOSTNAME)).body.trim();
    if (problem !== null || last !== "new") wrong.push(`mended, it answers ${last}: ${problem?.message}`);

    for (const what of wrong) say(`  wrong: ${what}`);
    const codes = new Set(seen.map(({ code }) => code));
    return {
      ok: wrong.length === 0 && result!.failed === 0 && others === 1 && codes.size >= (short ? 6 : 9),
      figure: `failed-deploy: ${codes.size} distinct codes, ${wrong.length} wrong; the old release: ${result!.failed} failed of ${result!.sent} at ${result!.achievedRate.toFixed(1)}/s`,
    };
  },
});

const OLD_APP = `node -e 'require("http").createServer((q,s)=>s.end("old")).listen(process.env.PORT)'`;
const imageConfig: Partial<ServiceConfig> = {
  source: { type: "image", reference: "node:24-slim" },
  startCommand: OLD_APP,
  healthPath: null,
};

async function deployOld(agent: AgentProcess, base: ServiceConfig): Promise<{ web: string; image: string }> {
  const { client } = agent;
  const project = await client.projects.create({ name: "Failures" });
  const web = await client.services.create({ environmentId: project.environments[0]!.id, name: "web", shape: "web", config: base, hostname: HOSTNAME });
  const image = await client.services.create({ environmentId: project.environments[0]!.id, name: "image", shape: "web", config: { ...base, ...imageConfig } });
  for (const { id } of [web, image]) {
    const problem = await failureOf(agent, id, null);
    if (problem !== null) throw new Error(`the old release: ${problem.message} ${problem.detail ?? ""}`);
  }
  return { web: web.id, image: image.id };
}

/** What came of one deployment; a disk that is full refuses it before it begins. */
async function failureOf({ client, deployed }: AgentProcess, id: string, config: ServiceConfig | null): Promise<Problem | null> {
  try {
    if (config !== null) await client.services.update({ id, config });
    return (await deployed((await client.deployments.start({ serviceId: id })).id)).problem;
  } catch (error) {
    const problem = (error as { data?: Problem }).data;
    if (problem?.code === undefined) throw error;
    return problem;
  }
}

function judge(one: Case, problem: Problem | null, seconds: number): string[] {
  if (problem === null) return ["it did not fail"];
  return [
    ...(problem.code === one.code ? [] : [`${problem.code} instead of ${one.code}: ${problem.message} ${problem.detail ?? ""}`]),
    ...(problem.message.includes(one.names) ? [] : [`the sentence does not name ${one.names}`]),
    ...(problem.next.length > 10 && problem.code in errorTable ? [] : ["no next step"]),
    ...(/\{\w+\}/.test(problem.message + problem.next) ? ["a word was not filled in"] : []),
    ...(seconds <= one.seconds ? [] : [`${seconds.toFixed(1)} s`]),
  ];
}

/** The disk fills up under the agent while it builds: the job ends once there is room, and holds up nothing. */
async function fillsMeanwhile(
  agent: AgentProcess,
  id: string,
  base: ServiceConfig,
  ballast: string,
  dockerfile: (text: string) => () => Promise<unknown>,
): Promise<string[]> {
  await dockerfile("FROM node:24-slim\nRUN sleep 3 && exit 9\n")();
  await agent.client.services.update({ id, config: base });
  const started = await agent.client.deployments.start({ serviceId: id });
  await until("the build", async () => (await agent.client.deployments.get({ id: started.id })).steps[1]?.state === "running", { within: 20_000 });
  await fill(ballast);
  // By now its build has ended, and it could be written down nowhere but on the full disk.
  await pause(5000);
  const refused = await agent.client.projects.create({ name: "No room" }).then(() => "nothing", (error: { data?: Problem }) => error.data?.code ?? String(error));
  await rm(ballast, { force: true });
  const since = performance.now();
  const ended = await agent.deployed(started.id);
  const seconds = (performance.now() - since) / 1000;
  const allowed = ["BUILD_FAILED", "BUILD_DISK_FULL", "DISK_FULL", "STORE_READ_ONLY"];
  return [
    ...(refused === "STORE_READ_ONLY" ? [] : [`filled up meanwhile: ${refused} was refused, so the disk was not full`]),
    ...(ended.state === "failed" && allowed.includes(ended.problem?.code ?? "") ? [] : [`filled up meanwhile, it ended as ${ended.state} ${ended.problem?.code}`]),
    ...(seconds <= 20 ? [] : [`filled up meanwhile, it ended ${seconds.toFixed(1)} s after there was room`]),
  ];
}

/** Until nothing more fits, to the last byte. */
async function fill(path: string): Promise<void> {
  for (let size = 2 ** 20; size >= 1; size = Math.floor(size / 2)) {
    for (let full = false; !full; ) await writeFile(path, Buffer.alloc(size), { flag: "a" }).catch(() => (full = true));
  }
}

/** Full for as long as it is wanted: whatever asks apps and cleans up on that disk gives something back now and then. */
function keepFull(path: string) {
  let filling = Promise.resolve();
  let wanted = false;
  return {
    async begin() {
      await fill(path);
      wanted = true;
      filling = (async () => {
        for (; wanted; await pause(20)) await fill(path);
      })();
    },
    async end() {
      wanted = false;
      await filling;
      await rm(path, { force: true });
    },
  };
}

/** A registry that answers and has nothing. */
async function emptyRegistry(world: WorldRun): Promise<number> {
  const port = await freePort("127.0.0.1");
  const folder = join(world.folder, "empty-registry");
  await mkdir(folder);
  const config = { version: "0.1", log: { level: "error" }, storage: { filesystem: { rootdirectory: folder } }, http: { addr: `127.0.0.1:${port}` } };
  await writeFile(join(folder, "config.json"), JSON.stringify(config));
  await world.daemon("empty-registry", ["docker-registry", "serve", join(folder, "config.json")]);
  await until("the empty registry", () => accepts("127.0.0.1", port), { within: 20_000 });
  return port;
}
