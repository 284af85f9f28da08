// Services side by side, each with visitors of its live release, and a sibling that tells each container how to behave.
import { spawnSync } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Service } from "../../../agent/contract/index.ts";
import { makeLoad, type Load, type PhaseResult } from "../../load/load.ts";
import { appFolder } from "../../world/apps/index.ts";
import { buildImage, docker, tryDocker } from "../../world/docker.ts";
import { freePort } from "../../world/git/server.ts";
import type { AgentProcess } from "../agent-process.ts";
import type { BarContext } from "../frame.ts";
import { HEALTH_PATH, healthSeconds, PORT, type LaneKind } from "./cases.ts";

export type Lane = {
  kind: LaneKind;
  service: Service;
  /** Releases that were live at some time; visitors may have seen these and no others. */
  live: Set<string>;
  /** How containers that start from now on behave. */
  behave: (mode: string) => Promise<void>;
  /** Null where nobody visits. */
  load: Load | null;
};

/** What is well is given time, as all of them begin at once; only what is bad has to be told soon. */
const FIRST_SECONDS = 60;

export type LanesPlan = { kinds: LaneKind[]; rate: number; run: string };

/** Raises the services, all live and good, with visitors on all but the odd ones. */
export async function raiseLanes(context: BarContext, agent: AgentProcess, plan: LanesPlan): Promise<Lane[]> {
  const { client } = agent;
  const reference = await oddImage(context, plan.run);
  const certificate = await selfSigned(context);
  const { environments } = await client.projects.create({ name: `Bad releases ${plan.run}` });
  const source = { type: "image" as const, reference };
  const hostname = (name: string) => `${name}.${plan.run}.test`;
  const make = async (name: string, kind: LaneKind, variables: Record<string, string>) => {
    const service = await client.services.create({
      environmentId: environments[0]!.id,
      name,
      shape: "web",
      hostname: hostname(name),
      config: { source, port: PORT, healthPath: kind === "health" ? HEALTH_PATH : null, healthSeconds: FIRST_SECONDS, drainSeconds: 1 },
    });
    await client.variables.change({ environmentId: service.environmentId, serviceId: service.id, set: variables });
    return service;
  };
  const deploy = async (service: Service) => {
    const ended = await agent.deployed((await client.deployments.start({ serviceId: service.id })).id);
    if (ended.problem) throw new Error(`${service.name}: ${ended.problem.message} ${ended.problem.detail ?? ""}`);
    return ended.releaseId!;
  };
  const told = await make("switch", "plain", { ROLE: "switch" });
  const visited = plan.kinds.filter((kind) => kind !== "odd").length;
  const raise = async (kind: LaneKind, at: number): Promise<Lane> => {
    const name = `${kind}-${at}`;
    const made = await make(name, kind, { SERVICE: name, ...certificate });
    const live = new Set([await deploy(made)]);
    const service = await client.services.update({ id: made.id, config: { ...made.config, healthSeconds: healthSeconds(context.short)[kind] } as never });
    const load = kind === "odd" ? null : await visitors(context, agent.httpPort, hostname(name), plan.rate / visited);
    const behave = async (mode: string) => {
      const answer = await agent.fetch(hostname("switch"), `/?service=${name}&mode=${mode}`);
      if (answer.status !== 200) throw new Error(`the switch answers ${answer.status}`);
    };
    return { kind, service, live, load, behave };
  };
  // Whoever starts before the switch waits for it, and has few seconds to listen.
  await deploy(told);
  return await Promise.all(plan.kinds.map(raise));
}

async function visitors({ cleanup }: BarContext, port: number, hostname: string, rate: number): Promise<Load> {
  const load = await makeLoad({
    address: "127.0.0.1", port, hostname, rate, path: "/", echoPath: "/echo", slowPath: "/?slow=500", slowEvery: 20, timeoutSeconds: 15,
  });
  cleanup(() => load.stop());
  return load;
}

/** Under the name of a registry that nobody can reach, so that no deploy asks for it anywhere. */
async function oddImage({ cleanup }: BarContext, run: string): Promise<string> {
  const reference = `127.0.0.1:${await freePort("127.0.0.1")}/odd-http:${run}`;
  await buildImage(["--tag", reference, appFolder("odd-http")]);
  cleanup(() => tryDocker(["image", "rm", "--force", reference]));
  return reference;
}

async function selfSigned({ cleanup }: BarContext): Promise<{ TLS_KEY: string; TLS_CERT: string }> {
  const folder = await mkdtemp(join(tmpdir(), "aeroplane-bad-"));
  cleanup(() => rm(folder, { recursive: true, force: true }));
  const [key, cert] = [join(folder, "key"), join(folder, "cert")];
  const made = spawnSync("openssl", ["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", key, "-out", cert, "-subj", "/CN=app", "-days", "2"]);
  if (made.status !== 0) throw new Error(made.stderr.toString());
  return { TLS_KEY: await readFile(key, "utf8"), TLS_CERT: await readFile(cert, "utf8") };
}

/** Gives the next container of the service little memory, as a small server would; answers when it has one. */
export async function limitNext(service: Service, known: string[], signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    const fresh = (await containersOf(service)).find((id) => !known.includes(id));
    const limited = fresh === undefined ? null : await tryDocker(["update", "--memory", "64m", "--memory-swap", "64m", fresh]);
    if (limited?.code === 0) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

export async function containersOf(service: Service): Promise<string[]> {
  const listed = await docker(["ps", "--all", "--no-trunc", "--quiet", "--filter", `label=run.aeroplane.service=${service.id}`]);
  return listed.split("\n").filter(Boolean);
}

/** What is wrong with what a lane's visitors got. */
export function visitorsWrong(lane: Lane, results: PhaseResult[]): string[] {
  const strangers = [...new Set(results.flatMap(({ releases }) => Object.keys(releases)))].filter((id) => !lane.live.has(id));
  return [
    ...results.flatMap(({ phase, failed, sent, failures }) => (failed === 0 ? [] : [`${lane.service.name}, ${phase}: ${failed} of ${sent} failed: ${failures.slice(0, 3).join("; ")}`])),
    ...strangers.map((id) => `${lane.service.name}: visitors were sent to ${id}, which never went live`),
  ];
}
