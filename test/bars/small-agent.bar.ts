// What the agent costs its server: memory and processor at rest with a desktop attached, memory at its busiest.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { startGitServer } from "../world/git/server.ts";
import { raiseWorld } from "../world/raise.ts";
import { run } from "../world/command.ts";
import { beginRun, endRun } from "../world/run.ts";
import type { Server } from "../world/server.ts";
import { startAgentProcess } from "./agent-process.ts";
import { bar, type BarContext, type BarResult } from "./frame.ts";
import { attach } from "./small-agent/desktop.ts";
import { manyServices, talkativeBuild } from "./small-agent/load.ts";
import { cpuSecondsOf, mb, memoryOf, pidOf, type Read } from "./small-agent/process.ts";

const IDLE_SECONDS = 120;
const MAX_IDLE_MB = 64;
const MAX_CPU_PERCENT = 0.5;
const MAX_PEAK_MB = 110;
const LOG_BYTES = 100e6;

export default bar({
  name: "small-agent",
  minutes: 25,
  run: (context) => (context.short ? outcomes(context) : measure(context)),
});

/** On this machine, small: three streams have every line, the services are live. */
async function outcomes(context: BarContext): Promise<BarResult> {
  const { say, signal, cleanup } = context;
  const world = await beginRun();
  cleanup(() => endRun(world.folder));
  const git = await startGitServer(world, "127.0.0.1");
  const { client, pid } = await startAgentProcess(context, { prefix: "small-agent" });
  const { id: projectId } = await client.projects.create({ name: "Small" });
  // Docker's BuildKit cuts a step's log at 2 MiB and 200 KiB/s; this stays below both.
  const talk = await talkativeBuild({ client, git, projectId, bytes: 200_000, signal });
  say(`three streams of ${talk.lines} lines: ${talk.streams.join(", ")}`);
  const config = {
    source: { type: "image", reference: "node:24-slim" },
    port: 3000,
    drainSeconds: 0,
    startCommand: `node -e 'require("http").createServer((q,s)=>s.end("ok")).listen(process.env.PORT)'`,
  };
  const live = await manyServices({ client, projectId, count: 2, config, signal });
  const { rss, peak } = await memoryOf((argv) => run(argv), pid());
  say(`agent from source: ${mb(rss)}, at most ${mb(peak)}`);
  return {
    ok: talk.problem === null && live === 2 && talk.streams.every((count) => count === talk.lines),
    figure: `small-agent: 3 streams whole of ${talk.lines} lines${talk.problem === null ? "" : `, ${talk.problem}`}, ${live} services live`,
  };
}

/** On a server of the world, with a real desktop attached over SSH. */
async function measure({ say, signal, cleanup }: BarContext): Promise<BarResult> {
  const folder = await mkdtemp(join(tmpdir(), "aeroplane-small-agent-"));
  cleanup(() => rm(folder, { recursive: true, force: true }));
  const world = await raiseWorld({ signal });
  cleanup(() => world.stop());
  const server = await world.server("ready");
  await letBuildsTalk(server);
  const desktop = await attach(server, folder, signal);
  cleanup(desktop.close);
  const { client } = desktop;
  const read: Read = (argv) => server.exec(argv);
  const pid = await pidOf(read, "agent.mjs", "serve");
  say(`attached; the agent is process ${pid}`);

  await pause(IDLE_SECONDS * 1000, undefined, { signal });
  const idle = await memoryOf(read, pid);
  say(`${IDLE_SECONDS} s after start: ${mb(idle.rss)} (allowed ${MAX_IDLE_MB} MB)`);
  const before = await cpuSecondsOf(read, pid);
  await pause(IDLE_SECONDS * 1000, undefined, { signal });
  const cpu = (((await cpuSecondsOf(read, pid)) - before) / IDLE_SECONDS) * 100;
  say(`processor over ${IDLE_SECONDS} idle seconds: ${cpu.toFixed(2)} % of one core (allowed ${MAX_CPU_PERCENT} %)`);

  const { id: projectId } = await client.projects.create({ name: "Small" });
  const config = { source: { type: "image", reference: "world/tiny:1" }, drainSeconds: 0 };
  const live = await manyServices({ client, projectId, count: 20, config, signal });
  say(`${live} services live: ${mb((await memoryOf(read, pid)).rss)}`);
  const talk = await talkativeBuild({ client, git: world.git, projectId, bytes: LOG_BYTES, signal });
  const whole = talk.problem === null && talk.streams.every((count) => count === talk.lines);
  say(`a build log of ${(talk.bytes / 1e6).toFixed(0)} MB on three streams: ${talk.streams.join(", ")} of ${talk.lines} lines ${talk.problem ?? ""}`);
  const busy = await memoryOf(read, pid);
  say(`at its busiest: ${mb(busy.peak)} (allowed ${MAX_PEAK_MB} MB)`);

  const [caddy, dockerd] = [await pidOf(read, "/caddy run"), await pidOf(read, "dockerd")];
  const [caddyMemory, dockerdMemory] = [await memoryOf(read, caddy), await memoryOf(read, dockerd)];
  say("side by side, now (at most):");
  for (const [name, memory] of Object.entries({ agent: busy, Caddy: caddyMemory, dockerd: dockerdMemory })) {
    say(`  ${name.padEnd(8)} ${mb(memory.rss).padStart(10)} (${mb(memory.peak)})`);
  }
  return {
    ok: idle.rss <= MAX_IDLE_MB && cpu <= MAX_CPU_PERCENT && busy.peak <= MAX_PEAK_MB && live === 20 && whole,
    figure:
      `small-agent: idle ${mb(idle.rss)}, ${cpu.toFixed(2)} % processor, at most ${mb(busy.peak)} over a ${(talk.bytes / 1e6).toFixed(0)} MB log` +
      `${whole ? "" : " (not whole)"}, 3 streams and ${live} services; Caddy ${mb(caddyMemory.rss)}, dockerd ${mb(dockerdMemory.rss)}`,
  };
}

/** BuildKit cuts the log of a step at 2 MiB unless Docker's own process is told otherwise. */
async function letBuildsTalk(server: Server): Promise<void> {
  const unit = "[Service]\nEnvironment=BUILDKIT_STEP_LOG_MAX_SIZE=-1 BUILDKIT_STEP_LOG_MAX_SPEED=-1\n";
  await server.exec(["mkdir", "-p", "/etc/systemd/system/docker.service.d"]);
  await server.exec(["sh", "-c", `printf '%s' "$1" > /etc/systemd/system/docker.service.d/talk.conf`, "sh", unit]);
  await server.exec(["systemctl", "daemon-reload"]);
  await server.exec(["systemctl", "restart", "docker"]);
}
