// Values of variables stay where they are meant to be: sealed in the store, and in the environment of the app's own container.
import { spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { v7 as uuid } from "uuid";
import { openAgent } from "../../agent/src/agent.ts";
import { createPerson } from "../../agent/src/store/index.ts";
import { createKnownFiles } from "../../src/desktop/known/files.ts";
import { strip } from "../../src/desktop/known/strip.ts";
import { docker } from "../world/docker.ts";
import { startGitServer } from "../world/git/server.ts";
import { buildxBin, caddyBin } from "../world/parts.ts";
import { beginRun, endRun } from "../world/run.ts";
import { tagsOf } from "./acts/engine.ts";
import { startAgentProcess, type AgentProcess } from "./agent-process.ts";
import { bar } from "./frame.ts";
import { createMark, createScan, type Mark } from "./secrets/canaries.ts";
import { recordEngine } from "./secrets/engine.ts";
import { takeBuilder, takeFolder, takeImages } from "./secrets/places.ts";
import { watchProcesses } from "./secrets/processes.ts";
import { tell, type Story } from "./secrets/story.ts";
import { lookAtAll } from "./secrets/viewer.ts";

const PLACES = ["the data folder and the agent's log", "images and their history", "what the builder keeps", "what Docker and the builder are asked", "processes", "jobs and the audit trail", "what the desktop keeps", "what a viewer is told"] as const;
type Place = (typeof PLACES)[number];

export default bar({
  name: "secrets",
  minutes: 10,
  run: async (context) => {
    const { say, cleanup } = context;
    const [secret, planted] = [createMark(), createMark()];
    const scans = new Map(PLACES.map((place) => [place, createScan([secret, planted])]));
    const take = (place: Place) => scans.get(place)!.take;
    const world = await beginRun();
    cleanup(() => endRun(world.folder));
    const git = await startGitServer(world, "127.0.0.1");
    const folder = await mkdtemp(join(tmpdir(), "aeroplane-secrets-"));
    cleanup(() => rm(folder, { recursive: true, force: true }));
    const engine = await recordEngine("/var/run/docker.sock", join(folder, "docker.sock"), take("what Docker and the builder are asked"));
    cleanup(engine.close);
    const agent = await startAgentProcess(context, { prefix: "secrets", dockerSocket: engine.socket });
    const processes = watchProcesses(take("processes"));
    cleanup(processes.end);
    plantProcess(planted, cleanup);

    const story = await tell(agent, git, { secret, planted, say });
    await readOwner(agent, folder, take);
    const root = (await docker(["info", "--format", "{{.DockerRootDir}}"])).trim();
    const tags = await tagsOf(agent.instanceId());
    const stays = await environmentsOf(story, secret);
    await agent.kill();
    const [, records, viewer] = await Promise.all([
      takeImages(tags, "node:24-slim", take("images and their history")),
      takeBuilder(root, take("what the builder keeps")),
      asViewer(agent, story, engine.socket, take("what a viewer is told")),
    ]);
    // The last: also what came of all that was asked.
    const files = await takeFolder(agent.dataDir, take("the data folder and the agent's log"));
    processes.end();

    const wrong = [...story.wrong, ...viewer.unheard.map((name) => `a viewer was told nothing by ${name}`), ...judge(scans)];
    if (stays === 0) wrong.push("no container of an app has its variables");
    if (engine.builds() === 0) wrong.push("no builder was heard");
    for (const line of wrong) say(`  wrong: ${line}`);
    say(`what stays: Docker holds the environment of the ${stays} containers that run, for whoever may ask Docker; so does the process in them. Calls that make them carry it, and a build's session carries what a site's build command is given: of those the addresses alone are looked at`);
    return {
      ok: wrong.length === 0,
      figure: `secrets: ${story.deployments} deployments, a rollback and two commands with values of every scope; ${PLACES.length} places, each with one that was planted: ${files} files, ${tags.length} images, ${records} databases of the builder, ${engine.requests()} requests to Docker and all of ${engine.builds()} conversations with its builder, ${processes.looks()} looks at all processes, ${viewer.heard} procedures as a viewer: ${wrong.length} wrong`,
    };
  },
});

/** No secret anywhere; and what was planted is found in each place, so that this says something. */
function judge(scans: Map<Place, ReturnType<typeof createScan>>): string[] {
  return [...scans].flatMap(([place, scan]) => {
    const [secrets, seen] = scan.found() as [string[], string[]];
    return [...secrets.map((name) => `${name} stands in: ${place}`), ...(seen.length === 0 ? [`what was planted was not found in: ${place}`] : [])];
  });
}

/** A process with a canary among its words and in its environment. */
function plantProcess(planted: Mark, cleanup: (work: () => unknown) => void): void {
  const child = spawn(process.execPath, ["-e", "setInterval(() => {}, 60_000)", planted.value("word")], { stdio: "ignore", env: { ...process.env, PLANTED: planted.value("environ") } });
  cleanup(() => child.kill());
}

/** What is told to an owner without being asked for a value, and what the app keeps of it on disk. */
async function readOwner({ client }: AgentProcess, folder: string, take: (place: Place) => (chunk: Buffer) => void): Promise<void> {
  const kept = take("jobs and the audit trail");
  for (const answer of [await client.audit.list({ limit: 200 }), await client.jobs.list({})]) kept(Buffer.from(JSON.stringify(answer)));
  const files = createKnownFiles(join(folder, "known"));
  const [projects, services, status] = await Promise.all([client.projects.list({}), client.services.list({}), client.instance.status({})]);
  await files.write(uuid(), strip({ at: Date.now(), projects, services, status }));
  await takeFolder(join(folder, "known"), take("what the desktop keeps"));
}

/** How many containers of apps have the values in their environment, which is how an app gets them. */
async function environmentsOf({ serviceIds }: Story, secret: Mark): Promise<number> {
  const ids = (await Promise.all(serviceIds.map((id) => docker(["ps", "--quiet", "--filter", `label=run.aeroplane.service=${id}`])))).join("\n").split("\n").filter(Boolean);
  const told = await Promise.all(ids.map((id) => docker(["inspect", id]).catch(() => "")));
  return told.filter((text) => secret.found(Buffer.from(text)).length > 0).length;
}

/** The agent that is dead begins again in this process, where a person of that role can be let in without a login of this machine. */
async function asViewer({ dataDir, httpPort }: AgentProcess, story: Story, dockerSocket: string, take: (chunk: Buffer) => void): ReturnType<typeof lookAtAll> {
  const agent = openAgent({ dataDir, sockets: [], httpPort, httpAddress: "127.0.0.1", caddy: await caddyBin(), buildx: await buildxBin(), dockerSocket, caddyUnit: null, startsAtBoot: false });
  try {
    agent.start();
    const id = uuid();
    createPerson(agent.db, { id, name: "The looker", role: "viewer", publicKey: "ssh-ed25519 looker", fingerprint: "SHA256:looker" });
    return await lookAtAll(agent, id, story, take);
  } finally {
    await agent.close();
  }
}
