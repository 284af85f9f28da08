// A window's client over the real WebSocket, the desktop's forwarding and a real sshd, to an agent of this machine; it can be cut.
import { readFileSync } from "node:fs";
import { once } from "node:events";
import { createORPCClient } from "@orpc/client";
import { RPCLink } from "@orpc/client/websocket";
import type { ContractRouterClient } from "@orpc/contract";
import { Client } from "ssh2";
import { WebSocket } from "ws";
import type { AgentContract } from "../../../agent/contract/index.ts";
import { CREDIT_HEADER, creditedLink, SERVER_HEADER, WEB_SOCKET_PATH, WEB_SOCKET_PROTOCOL } from "../../../src/contract/index.ts";
import { createAgentClient, type AgentClient } from "../../../src/desktop/agent/client.ts";
import { createPrompts } from "../../../src/desktop/prompts/prompts.ts";
import { createRouter } from "../../../src/desktop/router.ts";
import { createCredits } from "../../../src/desktop/rpc/credit.ts";
import { handlerOptions } from "../../../src/desktop/rpc/handler.ts";
import { sshTransport } from "../../../src/desktop/ssh/client.ts";
import type { Transport } from "../../../src/desktop/ssh/transport.ts";
import { createWebHost } from "../../../src/web/host.ts";
import type { Sshd } from "../../contract/sshd.ts";

export type Agent = ContractRouterClient<AgentContract>;
type Context = { serverId?: string; stream?: string };
const SERVER = "01a20000-0000-7000-8000-000000000001";

export async function connectSsh(sshd: Sshd): Promise<Transport & { cut(): void }> {
  const client = new Client();
  const { address: host, port, user: username } = sshd;
  client.connect({ host, port, username, privateKey: readFileSync(sshd.keyPath), readyTimeout: 60_000, hostVerifier: () => true });
  await once(client, "ready");
  client.setNoDelay(true);
  client.on("error", () => {});
  return Object.assign(sshTransport(client, sshd), { cut: () => void client.destroy() });
}

/** The window and the desktop; the connection to the server may be replaced while they stand. */
export async function openWay(sshd: Sshd, agentSocket: string, folder: string) {
  let transport = await connectSsh(sshd);
  let agent: AgentClient | null = createAgentClient(() => transport.openSocket(agentSocket));
  const credits = createCredits();
  const router = createRouter({ servers: { reach: () => ({ agent, name: "measured" }) }, prompts: createPrompts(), credits } as never);
  const host = await createWebHost({ router, handler: handlerOptions({ credits }), folder });
  const socket = new WebSocket(`ws://127.0.0.1:${host.port}${WEB_SOCKET_PATH}`, [WEB_SOCKET_PROTOCOL, `${WEB_SOCKET_PROTOCOL}.${host.token}`], {
    origin: `http://127.0.0.1:${host.port}`,
  });
  await once(socket, "open");
  const headers = ({ context }: { context: Context }): Record<string, string> => ({
    [SERVER_HEADER]: SERVER,
    ...(context.stream ? { [CREDIT_HEADER]: context.stream } : {}),
  });
  const window = createORPCClient(creditedLink<Context>(new RPCLink<Context>({ websocket: socket as never, headers }))) as { agent: Agent };
  return {
    window: window.agent,
    overSsh: () => agent!.client as Agent,
    openSocket: (path: string) => transport.openSocket(path),
    /** The connection dies and a new one is made, as after a change of network. */
    async cut() {
      agent?.close();
      agent = null;
      transport.cut();
      transport = await connectSsh(sshd);
      agent = createAgentClient(() => transport.openSocket(agentSocket));
    },
    async close() {
      socket.terminate();
      agent?.close();
      transport.close();
      await host.close();
    },
  };
}
