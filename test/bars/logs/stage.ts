// An engine of its own, the agent as servers get it, and services whose containers say what this bar wants.
import { join } from "node:path";
import { buildAgent } from "../../../scripts/build-agent.mjs";
import { docker } from "../../world/docker.ts";
import { firstEnvironment } from "../../world/environment.ts";
import { ownedFolder } from "../../world/folder.ts";
import { until } from "../../world/wait.ts";
import { startAgentProcess, type AgentProcess } from "../agent-process.ts";
import type { BarContext } from "../frame.ts";
import { copyImage, startSmallDockerd, type SmallDockerd } from "../small-dockerd.ts";
import { hasAtItsEnd, keptOf, logPathOf, setBack, type Kept } from "./kept.ts";
import { openMouth, type Mouth } from "./mouth.ts";
import { newWord } from "./planted.ts";

const TINY = "world/tiny:1";
/** Under a name whose registry refuses at once: the copy is used. */
const IMAGE = `127.0.0.1:1/${TINY}`;
const MEGABYTES = 2000;

export type Stage = {
  context: BarContext;
  agent: AgentProcess;
  dockerd: SmallDockerd;
  /** Says it, and counts it against the bar. */
  wrong: (words: string) => void;
  service: (name: string) => Promise<string>;
  deploy: (serviceId: string) => Promise<Speaker>;
};

/** The container of the release that is live. */
export type Speaker = {
  serviceId: string;
  release: string;
  container: string;
  mouth: () => Mouth;
  /** Its first process is another one since. */
  reopen: () => Promise<void>;
  /** Resolves when the engine has kept all that was said. */
  settle: () => Promise<void>;
  kept: () => Promise<Kept[]>;
  setBack: (from: number, to: number) => Promise<void>;
};

export async function raiseStage(context: BarContext, wrong: (words: string) => void): Promise<Stage> {
  const folder = await ownedFolder("logs");
  const [dockerd, { outfile: bundle }] = await Promise.all([startSmallDockerd(context, MEGABYTES, { liveRestore: true }), buildAgent({ outfile: join(folder, "agent.mjs") })]);
  await copyImage(dockerd.socket, TINY);
  await docker(["-H", `unix://${dockerd.socket}`, "tag", TINY, IMAGE]);
  const agent = await startAgentProcess(context, { dockerSocket: dockerd.socket, dataDir: folder, bundle });
  const { client } = agent;
  const { id: projectId } = await client.projects.create({ name: "Logs" });
  const environmentId = await firstEnvironment(client, projectId);
  return {
    context,
    agent,
    dockerd,
    wrong,
    async service(name) {
      // Whoever is asked over HTTP writes a line of it, also in the middle of what is said here.
      const config = { source: { type: "image", reference: IMAGE }, drainSeconds: 0, health: { by: "up" }, healthSeconds: 1 };
      return (await client.services.create({ environmentId, name, shape: "web", hostname: `${name}.logs.test`, config: config as never })).id;
    },
    async deploy(serviceId) {
      const { id } = await client.deployments.start({ serviceId });
      const { state, problem, releaseId } = await agent.deployed(id);
      if (state !== "succeeded" || releaseId === null) throw new Error(`the deployment of ${serviceId} is ${state}: ${problem?.message}`);
      return speakerOf(context, dockerd, serviceId, releaseId);
    },
  };
}

async function speakerOf({ signal, cleanup }: BarContext, { socket }: SmallDockerd, serviceId: string, release: string): Promise<Speaker> {
  const container = await until("its container", () => docker(["-H", `unix://${socket}`, "ps", "--quiet", "--no-trunc", "--filter", `label=run.aeroplane.release=${release}`]), { within: 60_000, every: 50, signal });
  const logPath = await logPathOf(socket, container);
  let mouth = await openMouth(socket, container);
  cleanup(() => mouth.close().catch(() => {}));
  return {
    serviceId,
    release,
    container,
    mouth: () => mouth,
    async reopen() {
      await mouth.close().catch(() => {});
      mouth = await until("its container to run again", () => openMouth(socket, container), { within: 60_000, every: 50, signal });
    },
    async settle() {
      // The other way round the many of one would hide the word of the other.
      for (const stream of ["out", "err"] as const) {
        const word = newWord();
        await mouth.say(`settled ${word}\n`, stream);
        await until("all that was said to be kept", () => hasAtItsEnd(logPath, word), { within: 120_000, every: 20, signal });
      }
    },
    kept: () => keptOf(logPath),
    setBack: (from, to) => setBack(logPath, from, to),
  };
}
