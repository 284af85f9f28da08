import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { rm } from "node:fs/promises";
import { setTimeout as pause } from "node:timers/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { createRouterClient } from "@orpc/server";
import { Failure } from "@aeroplane/agent/contract";
import { runsSystemd } from "../../../src/desktop/local/commands.ts";
import { DOCKERD_LOG } from "../../../src/desktop/local/docker.ts";
import { installMissing } from "../../../src/desktop/local/install.ts";
import { localPlaces, surroundings } from "../../../src/desktop/local/places.ts";
import { stopLocalAgent } from "../../../src/desktop/local/process.ts";
import { serveWeb, type Served } from "../../../src/web/serve.ts";
import { bringUpToDate } from "../build.ts";
import { agentBundle, inRoot, resources } from "../places.ts";
import { untilAsked } from "../web.ts";
import { makeBaseImage } from "./base-image.ts";
import { deployService, visit, type Agent } from "./deploy.ts";
import { buildCacheIds, dropBuildCache } from "./docker.ts";
import { abandonedPlaces, createPlace, removePlace, type DemoPlace } from "./place.ts";
import { serveSample } from "./repository.ts";

const execute = promisify(execFile);
const say = (line: string) => void process.stdout.write(`${line}\n`);

/** The whole way on this machine, in a place of its own; nothing of it is left at the end. */
export async function runDemo(): Promise<void> {
  const stop = new AbortController();
  const asked = untilAsked().then(() => stop.abort(new Error("Stopped.")));
  const undo: { what: string; act: () => Promise<unknown> }[] = [];
  let code = 0;
  let left = false;
  try {
    await show({ signal: stop.signal, later: (what, act) => void undo.push({ what, act }) });
    await asked;
  } catch (error) {
    if (!stop.signal.aborted) {
      process.stderr.write(`\n${wordsOf(error)}\n`);
      code = 1;
    }
  }
  say("\nRemoving everything that the demo made");
  for (const { what, act } of undo.reverse()) {
    await act().catch((error: Error) => {
      process.stderr.write(`${what} could not be removed: ${error.message}\n`);
      left = true;
    });
  }
  if (!left) say("Nothing of the demo is left.");
  process.exit(left ? 1 : code);
}

/** The sentence, what to do, and what the tool said. */
function wordsOf(error: unknown): string {
  if (!(error instanceof Failure)) return error instanceof Error ? error.message : String(error);
  const { message, next, detail } = error.problem;
  return [message, next, detail].filter(Boolean).join("\n");
}

type Stage = { signal: AbortSignal; later: (what: string, act: () => Promise<unknown>) => void };

async function show({ signal, later }: Stage): Promise<void> {
  await bringUpToDate(["agent", "renderer"]);
  for (const folder of await abandonedPlaces()) await clearPlace(folder);
  signal.throwIfAborted();

  say("Looking at what this machine has");
  const cacheDir = process.env.AEROPLANE_CACHE_DIR!;
  const { dockerPid } = await installMissing({ cacheDir, packages: inRoot("node_modules"), say });
  if (dockerPid !== null) later("Docker's daemon", () => endDocker(dockerPid));
  signal.throwIfAborted();

  const place = await createPlace();
  later("the demo's folder", () => clearPlace(place.folder));
  const cached = await buildCacheIds();
  later("the build cache", () => dropBuildCache(cached));
  const image = await makeBaseImage(process.execPath, String(process.pid));
  later("the base image", image.remove);
  const sample = await serveSample(join(resources, "sample"), place.folder, image.reference);
  later("the sample's repository", sample.close);
  signal.throwIfAborted();

  useForThisMachine(place);
  const app = await serveWeb({ folder: place.config });
  later("the app", app.close);
  const agent = await startAgent(app, signal);
  later("the demo's services", () => purge(place.local));

  const project = await agent.projects.create({ name: "Demo" }, { signal });
  const source = { type: "git" as const, url: sample.url, branch: "main" };
  const services = [
    { name: "hello", shape: "web" as const, hostname: "hello.localhost", config: { source: { ...source, rootDirectory: "hello" }, healthPath: "/health", drainSeconds: 1 } },
    { name: "site", shape: "static" as const, hostname: "site.localhost", config: { source: { ...source, rootDirectory: "site" }, site: { outputDirectory: "", buildCommand: null, buildImage: "node:24-slim" } } },
  ];
  for (const service of services) {
    say(`Deploying ${service.name} (${service.shape === "web" ? "a container, built by BuildKit" : "a static site"})`);
    const release = await deployService(agent, project.environments[0]!.id, service, { say, signal });
    const answer = await visit(service.hostname, place.httpPort, signal);
    if (answer.status !== 200 || answer.release !== release) throw new Error(`${service.hostname} answered ${answer.status} from release ${answer.release ?? "none"} instead of ${release}.`);
    say(`  ${service.name}: answers 200 from release ${release}`);
  }
  say("");
  for (const { hostname } of services) say(`Live: http://${hostname}:${place.httpPort}/`);
  say(`\nThe app: ${app.url}`);
  say("Ctrl+C ends the demo and removes everything that it made.");
}

/** The local agent of this process is the demo's, whatever else runs on this machine. */
function useForThisMachine(place: DemoPlace): void {
  process.env.AEROPLANE_LOCAL_DIR = place.local;
  process.env.AEROPLANE_HTTP_PORT = String(place.httpPort);
  process.env.AEROPLANE_HTTP_ADDRESS = "127.0.0.1";
}

async function startAgent({ desktop }: Served, signal: AbortSignal): Promise<Agent> {
  const { id } = await desktop.servers.addLocal();
  for await (const servers of desktop.servers.watch(signal)) {
    const connection = servers.find((server) => server.id === id)?.connection;
    if (connection?.state === "ready") break;
    if (connection?.state === "failed") throw new Error([connection.problem.message, connection.problem.next, connection.problem.detail].filter(Boolean).join("\n"));
  }
  signal.throwIfAborted();
  return createRouterClient(desktop.router, { context: { server: id } }).agent as unknown as Agent;
}

async function clearPlace(folder: string): Promise<void> {
  await purge(join(folder, "local"));
  await removePlace(folder);
}

async function purge(local: string): Promise<void> {
  const places = { ...localPlaces(surroundings(runsSystemd())), data: join(local, "data"), run: join(local, "run") };
  await stopLocalAgent(places);
  if (existsSync(places.data)) await execute(process.execPath, ["--disable-warning=ExperimentalWarning", agentBundle, "purge", "--data-dir", places.data], { maxBuffer: 1 << 24 });
}

async function endDocker(pid: number): Promise<void> {
  process.kill(pid, "SIGTERM");
  await rm(DOCKERD_LOG, { force: true });
  for (let tries = 0; tries < 200; tries += 1) {
    try {
      process.kill(pid, 0);
    } catch {
      return;
    }
    await pause(100);
  }
  throw new Error(`process ${pid} did not end`);
}
