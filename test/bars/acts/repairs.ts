// What can go wrong between the store and the world, which the reconcile loop mends: each is done while no agent runs.
import { readdir, readFile, readlink, rm, symlink, mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { CARES } from "../../../agent/src/runtime/reconcile.ts";
import { livingPid } from "../../../agent/src/sandbox/self.ts";
import type { Difference } from "../../../agent/src/runtime/survey.ts";
import { attempt } from "../../world/command.ts";
import { docker } from "../../world/docker.ts";
import type { AgentProcess } from "../agent-process.ts";
import type { Subject } from "./shapes.ts";

export type Repair = {
  name: string;
  /** What the reconcile loop calls it: one of its cares, or a difference that its survey finds. */
  mends: Mended;
  needsProcess: boolean;
  /** The service, or what is around it, is gone afterwards. */
  goes?: Gone;
  damage(agent: AgentProcess, subject: Subject): Promise<unknown>;
};
export type Gone = "service" | "environment" | "project";
export type Mended = (typeof CARES)[number] | Difference;

const container = async ({ service }: Subject): Promise<string> => (await docker(["ps", "--all", "--quiet", "--filter", `label=run.aeroplane.service=${service.id}`])).split("\n")[0]!;
const tag = (agent: AgentProcess) => agent.instanceId().replaceAll("-", "").slice(-12, -4);

export const REPAIRS: readonly Repair[] = [
  { name: "a container is gone", mends: "a container is gone", needsProcess: true, damage: async (_, subject) => docker(["rm", "--force", await container(subject)]) },
  { name: "a container is stopped", mends: "a container does not run", needsProcess: true, damage: async (_, subject) => docker(["stop", "--time", "1", await container(subject)]) },
  { name: "a container is not restarted by Docker", mends: "a container is not restarted by Docker", needsProcess: true, damage: async (_, subject) => docker(["update", "--restart", "no", await container(subject)]) },
  {
    name: "container and network are gone",
    mends: "networks",
    needsProcess: true,
    async damage(_, subject) {
      await docker(["rm", "--force", await container(subject)]);
      for (const name of (await docker(["network", "ls", "--quiet", "--filter", `label=run.aeroplane.project=${subject.service.projectId}`])).split("\n").filter(Boolean)) await docker(["network", "rm", name]);
    },
  },
  { name: "the packet filter's table is gone", mends: "names", needsProcess: true, damage: (agent) => attempt(["nft", "delete", "table", "ip", `aeroplane_${tag(agent)}`]) },
  { name: "the file of private names is empty", mends: "names", needsProcess: true, damage: (agent) => emptyFiles(join(agent.dataDir, "hosts")) },
  { name: "a hostname leads nowhere", mends: "routes", needsProcess: false, damage: (agent, { hostname }) => rm(join(agent.dataDir, "routes/hosts", hostname ?? "none"), { force: true }) },
  {
    name: "a service leads to nothing",
    mends: "routes",
    needsProcess: false,
    async damage(agent, { service }) {
      const link = join(agent.dataDir, "routes/services", service.id);
      if ((await readlink(link).catch(() => null)) === null) return;
      await rm(link);
      await symlink("../targets/stopped", link);
    },
  },
  {
    name: "a container of ours stands beside",
    mends: "a container too many",
    needsProcess: true,
    async damage(_, subject) {
      const [facts] = JSON.parse(await docker(["inspect", await container(subject)])) as { Config: { Image: string; Labels: Record<string, string> } }[];
      const labels = Object.entries(facts!.Config.Labels).filter(([name]) => name.startsWith("run.aeroplane.") && !/replica|ordinal/.test(name)).flatMap(([name, value]) => ["--label", `${name}=${value}`]);
      await docker(["run", "--detach", ...labels, "--entrypoint", "sleep", facts!.Config.Image, "600"]);
    },
  },
  {
    name: "folders of what is no more",
    mends: "folders",
    needsProcess: false,
    async damage(agent, { service }) {
      const jobs = (await readdir(join(agent.dataDir, "logs/jobs"))).flatMap((name) => /^([0-9a-f-]{36})\./.exec(name)?.[1] ?? []);
      await mkdir(join(agent.dataDir, "sources", jobs[0] ?? "none"), { recursive: true });
      await mkdir(join(agent.dataDir, "sites", service.id, "00000000-0000-7000-8000-000000000000"), { recursive: true });
    },
  },
  { name: "ports answer nobody who calls himself", mends: "ports", needsProcess: true, damage: (_, subject) => closePorts(subject) },
  { name: "Caddy is gone", mends: "caddy", needsProcess: false, damage: (agent) => endCaddy(join(agent.dataDir, "caddy/config.json")) },
];

/** Ports of its bridge that no packet may come back through: a container that calls itself by its name is not heard. */
async function closePorts({ service }: Subject): Promise<void> {
  const [network] = (await docker(["network", "ls", "--quiet", "--filter", `label=run.aeroplane.project=${service.projectId}`])).split("\n");
  const bridge = (await docker(["network", "inspect", network!, "--format", '{{index .Options "com.docker.network.bridge.name"}}'])).trim();
  for (const port of await readdir(`/sys/class/net/${bridge}/brif`)) await writeFile(`/sys/class/net/${bridge}/brif/${port}/hairpin_mode`, "0").catch(() => {});
}

/** As after a start of the machine. */
export async function endHolder({ dataDir }: AgentProcess): Promise<void> {
  const pid = livingPid(await readFile(join(dataDir, "caddy/holder"), "utf8").catch(() => null));
  if (pid !== null) process.kill(pid, "SIGKILL");
  await endCaddy(join(dataDir, "caddy/config.json"));
}

/** As a full disk leaves them: the file is there, and containers hold it. */
async function emptyFiles(folder: string): Promise<void> {
  const { truncate } = await import("node:fs/promises");
  for (const name of await readdir(folder)) await truncate(join(folder, name));
}

/** The one that was started with this config, and no other. */
async function endCaddy(config: string): Promise<void> {
  for (const pid of (await readdir("/proc")).filter((name) => /^\d+$/.test(name))) {
    const words = (await readFile(`/proc/${pid}/cmdline`, "utf8").catch(() => "")).split("\0");
    if (words.includes(config) && words.some((word) => word.endsWith("caddy"))) process.kill(Number(pid), "SIGKILL");
  }
}
