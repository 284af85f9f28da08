import type { Server } from "node:http";
import { Failure } from "../../contract/index.ts";
import { openAgent } from "../agent.ts";
import type { AgentConfig } from "../config/config.ts";
import { note } from "../log/note.ts";
import { AGENT_VERSION } from "../version.ts";
import { createAgentServer } from "./http.ts";
import { createPeopleDoor } from "./people-door.ts";
import { forgetRefusal, leaveRefusal, REFUSED } from "./refusal.ts";
import { keepSmall } from "./resident.ts";
import { listen } from "./sockets.ts";
import { NOT_KEPT, toldToStay } from "./trial.ts";

const GONE = new Set(["EPIPE", "ECONNRESET", "ECONNABORTED"]);

/**
 * Runs until SIGTERM or SIGINT; says on stdout, in one line, when its sockets answer. On trial it first serves from a copy
 * of the store and runs nothing; told to stay it begins as any agent does, not told in time it ends.
 */
export async function serve(config: AgentConfig, { trialSeconds }: { trialSeconds: number | null }): Promise<void> {
  // Whatever started it may have a stricter one; what others must not read is closed by its own mode, everywhere alike.
  process.umask(0o022);
  let closing = false;
  let life: Life | null = null;
  const close = async (signal: string) => {
    if (closing) return;
    closing = true;
    note("closing", { signal });
    await life?.end();
    process.exit(0);
  };
  process.on("SIGTERM", (signal) => void close(signal));
  process.on("SIGINT", (signal) => void close(signal));
  process.on("uncaughtException", (error: NodeJS.ErrnoException) => {
    note("uncaught exception", { detail: String(error.stack ?? error) });
    // A peer that went away is nobody's defect; after anything else the state in memory is not to be trusted.
    if (!GONE.has(error.code ?? "")) process.exit(1);
  });
  // A defect in one call must not take down the jobs of all others; what is half done is repaired by the reconcile loop.
  process.on("unhandledRejection", (error) => note("unhandled rejection", { detail: String((error as Error)?.stack ?? error) }));

  if (trialSeconds !== null) {
    const tried = (life = await beginOrRefuse(config, { trial: true }));
    await toldToStay(config.dataDir, trialSeconds, async () => {
      if (closing) throw new Error("The agent ends");
      await tried.end();
      life = await begin(config, { trial: false });
    });
    return;
  }
  life = await beginOrRefuse(config, { trial: false });
}

/** A start that a person has to mend ends with the words that say how, and with a code after which nothing starts it again. */
async function beginOrRefuse(config: AgentConfig, { trial }: { trial: boolean }): Promise<Life> {
  forgetRefusal(config.dataDir);
  try {
    return await begin(config, { trial });
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    const { problem } = error;
    leaveRefusal(config.dataDir, problem);
    process.stderr.write(`${problem.code}: ${problem.message} ${problem.next}\n`);
    // After a trial the agent before it is to be started; what time may mend is tried again.
    process.exit(trial ? NOT_KEPT : problem.retry ? 1 : REFUSED);
  }
}

type Life = { end(): Promise<void> };

async function begin(config: AgentConfig, { trial }: { trial: boolean }): Promise<Life> {
  const agent = openAgent(config, { trial });
  await agent.proven();
  const servers: Server[] = [];
  for (const socket of config.sockets) {
    const server = createAgentServer(agent.served, socket.login);
    await listen(server, socket);
    servers.push(server);
  }
  const door = config.people && !trial ? createPeopleDoor(config.people, agent.served, agent.db) : null;
  if (door) await agent.people.start(door);
  if (!trial) agent.start();
  const sockets = config.sockets.map(({ path }) => path);
  process.stdout.write(`${JSON.stringify({ ready: true, pid: process.pid, version: AGENT_VERSION, instanceId: agent.instanceId, sockets })}\n`);
  note("ready", { version: AGENT_VERSION, instanceId: agent.instanceId, trial });
  const relax = keepSmall(agent.busy);
  return {
    async end() {
      relax();
      for (const server of servers) {
        server.close();
        server.closeAllConnections();
      }
      door?.close();
      await agent.close();
    },
  };
}
