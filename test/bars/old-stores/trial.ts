// An agent on trial over a store: it migrates a copy, answers from it and changes nothing; Docker and Caddy are nowhere.
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createAgentClient, type AgentClient } from "../../../src/desktop/agent/client.ts";
import { openSocket } from "../../../src/desktop/local/transport.ts";

const main = join(import.meta.dirname, "../../../agent/src/main.ts");

export type Trial = { client: AgentClient["client"]; call: AgentClient["call"]; socket: string; end: () => Promise<void> };

const program = (folder: string, words: string[]): ChildProcess => {
  const nowhere = ["--docker-socket", join(folder, "no-docker.sock"), "--caddy", "/nonexistent/caddy", "--buildx", "/nonexistent/buildx", "--http-port", "1", "--http-address", "127.0.0.1"];
  return spawn(process.execPath, ["--disable-warning=ExperimentalWarning", main, "serve", "--data-dir", folder, "--socket", join(folder, "a.sock"), ...words, ...nowhere], { stdio: ["ignore", "pipe", "pipe"] });
};

export async function startTrial(folder: string): Promise<Trial> {
  const child = program(folder, ["--trial", "600"]);
  const { said, ended } = words(child);
  const ready = await Promise.race([once(child.stdout!, "data").then(() => true), ended.then(() => false)]);
  if (!ready) throw new Error(`the agent ended: ${said()}`);
  const socket = join(folder, "a.sock");
  const { client, call, close } = createAgentClient(() => openSocket(socket));
  return {
    client,
    call,
    socket,
    async end() {
      close();
      if (child.exitCode === null && child.signalCode === null) child.kill("SIGKILL");
      await ended;
    },
  };
}

/** A whole start, of which a refusal is expected. */
export async function refusal(folder: string): Promise<{ code: number | null; said: string }> {
  const child = program(folder, []);
  const { said, ended } = words(child);
  const stop = setTimeout(() => child.kill("SIGKILL"), 120_000);
  const code = await ended;
  clearTimeout(stop);
  return { code, said: said() };
}

function words(child: ChildProcess) {
  let said = "";
  for (const stream of [child.stdout!, child.stderr!]) stream.setEncoding("utf8").on("data", (text: string) => (said += text));
  const ended = once(child, "close").then(([code]) => code as number | null);
  return { said: () => said.trim(), ended };
}
