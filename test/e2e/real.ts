import { spawn, type ChildProcess } from "node:child_process";
import { chmod, readFile, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { join } from "node:path";
import { partsDir } from "../world/cache.ts";
import { attempt } from "../world/command.ts";
import { ownedFolder } from "../world/folder.ts";
import { buildWindow } from "./fixture/window.ts";

const root = join(import.meta.dirname, "../..");

export type RealApp = Awaited<ReturnType<typeof startApp>>;

/** Built once for all apps of a run. */
export async function buildParts(): Promise<{ window: string; agent: string; remove(): Promise<void> }> {
  const folder = await ownedFolder("agent");
  const agent = join(folder, "agent.mjs");
  const script = new URL("../../scripts/build-agent.mjs", import.meta.url).href;
  const { buildAgent } = (await import(script)) as { buildAgent(options: { outfile: string }): Promise<unknown> };
  const [window] = await Promise.all([buildWindow(), buildAgent({ outfile: agent })]);
  return {
    window: window.folder,
    agent,
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}

/** The app as a person starts it with `npm start -- --web`, in a place of its own that is gone afterwards. */
export async function startApp({ window, agent, env = {} }: { window: string; agent: string; env?: Record<string, string> }) {
  const folder = await ownedFolder("e2e");
  // Caddy runs as a user of its own and has to get through to its files.
  await chmod(folder, 0o711);
  const httpPort = await freePort();
  const environment = {
    ...process.env,
    AEROPLANE_CONFIG_DIR: join(folder, "config"),
    AEROPLANE_LOCAL_DIR: join(folder, "local"),
    AEROPLANE_CACHE_DIR: partsDir,
    AEROPLANE_HTTP_PORT: String(httpPort),
    AEROPLANE_HTTP_ADDRESS: "127.0.0.1",
    AEROPLANE_RENDERER_DIR: window,
    AEROPLANE_AGENT_BUNDLE: agent,
    HOME: folder,
    ...env,
  };
  let host = await startHost(environment);

  return {
    folder,
    httpPort,
    url: () => host.url,
    output: () => host.output(),
    /** Closes the app and opens it again; the agent of this machine goes on meanwhile. */
    async restart() {
      await host.stop();
      host = await startHost(environment);
    },
    async stop() {
      await host.stop();
      await purgeLocal(join(folder, "local"), agent);
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function startHost(env: NodeJS.ProcessEnv) {
  const child = spawn(process.execPath, [join(root, "src/web/main.ts")], { cwd: root, env, stdio: ["ignore", "pipe", "pipe"] });
  let output = "";
  const url = await new Promise<string>((resolve, reject) => {
    const listen = (chunk: Buffer) => {
      output += chunk.toString();
      const found = /Aeroplane: (http:\S+)/.exec(output)?.[1];
      if (found) resolve(found);
    };
    child.stdout.on("data", listen);
    child.stderr.on("data", listen);
    child.once("error", reject);
    child.once("exit", (code) => reject(new Error(`The web host ended with ${code}:\n${output}`)));
  });
  return { url, output: () => output, stop: () => end(child) };
}

function end(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    if (child.exitCode !== null || child.signalCode !== null) return resolve();
    child.once("exit", () => resolve());
    child.kill("SIGTERM");
  });
}

/** Ends the agent that the app left running, and takes away all that it made in Docker. */
export async function purgeLocal(folder: string, agent: string): Promise<void> {
  const card = await readFile(join(folder, "run/agent.json"), "utf8").catch(() => undefined);
  if (!card) return;
  const { pid } = JSON.parse(card) as { pid: number };
  const line = await readFile(`/proc/${pid}/cmdline`, "utf8").catch(() => "");
  if (line.includes(folder)) {
    process.kill(pid, "SIGTERM");
    // Its words go before what it holds does.
    while (/^State:\s+[^ZX]/m.test(await readFile(`/proc/${pid}/status`, "utf8").catch(() => ""))) await new Promise((resolve) => setTimeout(resolve, 50));
  }
  const purged = await attempt([process.execPath, agent, "purge", "--data-dir", join(folder, "data")]);
  if (purged.code !== 0) throw new Error(`Purging failed:\n${purged.stdout}\n${purged.stderr}`);
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });
}
