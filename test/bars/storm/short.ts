// The short form, outcomes only: this machine's agent behind an sshd and a line of our own, cut, dropped, its agent killed.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { startSshd } from "../../contract/sshd.ts";
import { release, appFolder } from "../../world/apps/index.ts";
import { startGitServer } from "../../world/git/server.ts";
import { beginRun, endRun } from "../../world/run.ts";
import { until } from "../../world/wait.ts";
import { startAgentProcess } from "../agent-process.ts";
import type { BarContext, BarResult } from "../frame.ts";
import { openNearDesk } from "../near/desk.ts";
import { layLine } from "../near/proxy.ts";
import { doneTwice, linesWritten } from "./judge.ts";
import { act, watchCalls, watchDesktop, watchLog } from "./watch.ts";

/** Half of what a desktop waits for an agent over a living connection (src/desktop/servers/hold.ts). */
const SOON_BACK_MS = 10_000;

export async function shortForm(context: BarContext): Promise<BarResult> {
  const { say, signal, cleanup } = context;
  const folder = await mkdtemp(join(tmpdir(), "storm-"));
  cleanup(() => rm(folder, { recursive: true, force: true }));
  const world = await beginRun();
  cleanup(() => endRun(world.folder));
  const agentProcess = await startAgentProcess(context, { prefix: "storm" });
  const git = await startGitServer(world, "127.0.0.1");
  const { writer, site } = await deployApps(agentProcess, git);
  const sshd = await startSshd(join(folder, "sshd"));
  cleanup(sshd.stop);
  const line = await layLine(sshd.port);
  cleanup(line.close);
  const desk = await openNearDesk(context, sshd, join(agentProcess.dataDir, "agent.sock"));
  const id = await desk.add(line.port);
  // Another desktop on the same server, which is not cut off: neither notices the other.
  const other = await openNearDesk(context, sshd, join(agentProcess.dataDir, "agent.sock"));
  const otherId = await other.add(sshd.port);
  const before = await agentProcess.client.projects.list({});

  const over = new AbortController();
  const acting = new AbortController();
  cleanup(() => (over.abort(), acting.abort()));
  const stage = { desktop: desk, agent: desk.agentOf(id), id, signal: AbortSignal.any([signal, over.signal]) };
  const desktop = watchDesktop(stage);
  const log = watchLog(stage, writer);
  const calls = watchCalls(stage);
  const acts = act({ ...stage, signal: AbortSignal.any([stage.signal, acting.signal]) }, site, 200);
  const otherDesktop = watchDesktop({ ...stage, desktop: other, id: otherId });
  const otherCalls = watchCalls({ ...stage, agent: other.agentOf(otherId) });
  await until("the first lines", async () => log.lines.length > 0, { within: 120_000, every: 20, signal });

  const otherAway = () => otherDesktop.states.filter(({ connection }) => connection.state === "reconnecting").length;
  const back = async (what: string) => {
    const since = performance.now();
    await until(`ready after ${what}`, async () => desktop.state() === "ready" && calls.firstAfter(since) !== undefined, { within: 180_000, every: 20, signal });
    say(`${what}: ready again`);
  };
  line.cut();
  await until("the silence", async () => desktop.state() === "silent", { within: 120_000, every: 20, signal });
  line.mend();
  await back("a silent cut");
  line.drop();
  await back("a closed connection");
  // Without an agent a desktop gives up in the end: where a busy machine is that slow to start one, the other's absence says nothing.
  const awayBefore = otherAway();
  const killed = performance.now();
  await agentProcess.kill();
  await pause(500);
  await agentProcess.start();
  const without = performance.now() - killed;
  await back("a killed agent");
  const excused = without > SOON_BACK_MS ? otherAway() - awayBefore : 0;
  line.cut();
  await pause(1000);
  line.mend();
  await back("a blink");

  acting.abort();
  await acts.settled();
  const heard = log.lines.length;
  await until("more lines", async () => log.lines.length > heard + 5, { within: 120_000, every: 20, signal });
  const written = linesWritten(log.lines);
  const wrong = [...written.wrong, ...(await doneTwice(agentProcess.client, before.length, acts))];
  if (log.gaps() > 0) wrong.push(`${log.gaps()} gaps in the log`);
  if (desktop.prompts.length > 0) wrong.push(`prompts: ${desktop.prompts.join(", ")}`);
  const lost = desktop.states.filter(({ connection }) => !["ready", "silent", "reconnecting"].includes(connection.state));
  if (lost.length > 0) wrong.push(`states: ${lost.map(({ connection }) => connection.state).join(" ")}`);
  const elsewhere = otherAway() - excused;
  if (elsewhere > 0 || otherCalls.count() === 0) wrong.push(`the other desktop: ${elsewhere} times away, ${otherCalls.count()} calls answered`);
  for (const what of wrong) say(`wrong: ${what}`);
  over.abort();
  return {
    ok: wrong.length === 0,
    figure:
      `storm: 2 cuts, a closed connection and a killed agent: ready again each time, ${desktop.prompts.length} prompts, ${written.lost} of ${log.lines.length} lines lost, ${written.doubled} doubled, ` +
      `${acts.projects.done.length + acts.restarts.done.length} acts, none twice; a second desktop was never away; ${wrong.length} wrong`,
  };
}

async function deployApps({ client, deployed }: Awaited<ReturnType<typeof startAgentProcess>>, git: Awaited<ReturnType<typeof startGitServer>>): Promise<{ writer: string; site: string }> {
  const project = await client.projects.create({ name: "Storm" });
  const files = await git.create("site", release("static", "calm"), { from: appFolder("static") });
  const config = { source: { type: "git" as const, url: files.http, branch: files.branch }, site: { outputDirectory: "site" } };
  const site = await client.services.create({ environmentId: project.environments[0]!.id, name: "site", shape: "static", config });
  const writer = await client.services.create({ environmentId: project.environments[0]!.id, name: "writer", shape: "worker", config: writerConfig });
  for (const { id } of [site, writer]) {
    const { problem } = await deployed((await client.deployments.start({ serviceId: id })).id);
    if (problem) throw new Error(`${problem.message} ${problem.detail ?? ""}`);
  }
  return { writer: writer.id, site: site.id };
}

const script = `const life = Date.now(); let n = 0; setInterval(() => console.log(life + " " + n++), 100); process.on("SIGTERM", () => process.exit(0))`;
export const writerConfig = { source: { type: "image" as const, reference: "node:24-slim" }, healthSeconds: 1, startCommand: `node -e '${script}'` };
