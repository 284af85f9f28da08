import type { Server } from "node:http";
import { openAgent } from "../agent.ts";
import type { AgentConfig } from "../config/config.ts";
import { note } from "../log/note.ts";
import { AGENT_VERSION } from "../version.ts";
import { createRpcServer } from "./http.ts";
import { createPeopleDoor } from "./people-door.ts";
import { keepSmall } from "./resident.ts";
import { listen } from "./sockets.ts";

const GONE = new Set(["EPIPE", "ECONNRESET", "ECONNABORTED"]);

/** Runs until SIGTERM or SIGINT; says on stdout, in one line, when its sockets answer. */
export async function serve(config: AgentConfig): Promise<void> {
  // Whatever started it may have a stricter one; what others must not read is closed by its own mode, everywhere alike.
  process.umask(0o022);
  const agent = openAgent(config);
  const servers: Server[] = [];
  for (const socket of config.sockets) {
    const server = createRpcServer(agent.router, socket.login);
    await listen(server, socket);
    servers.push(server);
  }
  const door = config.people ? createPeopleDoor(config.people, agent.router, agent.db) : null;
  if (door) await agent.people.start(door);
  agent.start();
  const sockets = config.sockets.map(({ path }) => path);
  process.stdout.write(`${JSON.stringify({ ready: true, pid: process.pid, version: AGENT_VERSION, instanceId: agent.instanceId, sockets })}\n`);
  note("ready", { version: AGENT_VERSION, instanceId: agent.instanceId });

  const relax = keepSmall(agent.busy);
  let closing = false;
  const close = async (signal: string) => {
    if (closing) return;
    closing = true;
    note("closing", { signal });
    relax();
    for (const server of servers) {
      server.close();
      server.closeAllConnections();
    }
    door?.close();
    await agent.close();
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
}
