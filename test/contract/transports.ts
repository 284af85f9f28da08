// The five ways between a window and an agent, each as a client of the whole contract.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { MessageChannel } from "node:worker_threads";
import { fail } from "@aeroplane/agent/contract";
import { createORPCClient, type ClientLink } from "@orpc/client";
import { RPCLink as PortLink } from "@orpc/client/message-port";
import { RPCLink as SocketLink } from "@orpc/client/websocket";
import type { ContractRouterClient } from "@orpc/contract";
import { createRouterClient } from "@orpc/server";
import { RPCHandler as PortHandler } from "@orpc/server/message-port";
import { WebSocket } from "ws";
import { CREDIT_HEADER, creditedLink, SERVER_HEADER, WEB_SOCKET_PATH, WEB_SOCKET_PROTOCOL, type DesktopContract } from "../../src/contract/index.ts";
import { createAgentClient, type AgentClient } from "../../src/desktop/agent/client.ts";
import { openSocket } from "../../src/desktop/local/transport.ts";
import { createPrompts } from "../../src/desktop/prompts/prompts.ts";
import { createRouter } from "../../src/desktop/router.ts";
import { createCredits } from "../../src/desktop/rpc/credit.ts";
import { handlerOptions, type CallContext } from "../../src/desktop/rpc/handler.ts";
import { createKeychain } from "../../src/desktop/keychain/keychain.ts";
import { overBridge } from "../../src/desktop/ssh/bridge.ts";
import { createSsh } from "../../src/desktop/ssh/open.ts";
import { createWebHost } from "../../src/web/host.ts";
import { createFakeAgent, ID, type FakeAgent } from "./fake-agent.ts";
import { startSshd } from "./sshd.ts";

export type Context = { serverId?: string; stream?: string };
export type Client = ContractRouterClient<DesktopContract, Context>;
export type Way = { client: Client; agent: FakeAgent; /** Streams that still hold credit on the desktop. */ openStreams(): number; close(): Promise<void> };
export type Transport = { name: string; open(): Promise<Way> };

const agentMain = join(import.meta.dirname, "../../agent/src/main.ts");

export const ONLINE = ID;
export const OFFLINE = "01a20000-0000-7000-8000-000000000002";

export const transports: Transport[] = [
  { name: "in-process", open: () => opened(inProcessAgent, directWindow) },
  { name: "MessageChannel", open: () => opened(socketAgent, portWindow) },
  { name: "WebSocket", open: () => opened(socketAgent, webWindow) },
  { name: "SSH", open: () => opened(sshAgent, webWindow) },
  { name: "SSH, through the bridge", open: () => opened(bridgedAgent, webWindow) },
];

type Closing = { later(act: () => Promise<unknown> | unknown): void; folder: string };
type Desk = { router: ReturnType<typeof createRouter>; handler: ReturnType<typeof handlerOptions> };

async function opened(reach: (fake: FakeAgent, closing: Closing) => Promise<AgentClient>, window: (desk: Desk, closing: Closing) => Promise<Client>): Promise<Way> {
  const folder = mkdtempSync(join(tmpdir(), "contract-"));
  const undo: (() => Promise<unknown> | unknown)[] = [() => rmSync(folder, { recursive: true, force: true })];
  const closing = { folder, later: (act: () => Promise<unknown> | unknown) => void undo.push(act) };
  const fake = createFakeAgent();
  const agent = await reach(fake, closing);
  closing.later(() => agent.close());
  const credits = createCredits();
  const desk: Desk = { router: createRouter(services(agent, credits)), handler: handlerOptions({ credits }) };
  const client = await window(desk, closing);
  const close = async () => {
    for (const act of undo.reverse()) await act();
  };
  return { client, agent: fake, openStreams: credits.open, close };
}

/** Only what the suite asks for; everything else of the desktop has its own tests. */
function services(agent: AgentClient, credits: ReturnType<typeof createCredits>): Parameters<typeof createRouter>[0] {
  const reach = (id: string | undefined) => {
    if (id === ONLINE) return { agent, name: "near" };
    if (id === OFFLINE) return { agent: null, name: "far" };
    throw fail("NOT_FOUND", { what: "server", id: id ?? "" });
  };
  return { servers: { reach }, prompts: createPrompts(), credits } as never;
}

async function inProcessAgent(fake: FakeAgent): Promise<AgentClient> {
  return fake.inProcess();
}

async function socketAgent(fake: FakeAgent, { folder, later }: Closing): Promise<AgentClient> {
  const path = join(folder, "agent.sock");
  later(await fake.listen(path));
  return createAgentClient(() => openSocket(path));
}

async function sshAgent(fake: FakeAgent, { folder, later }: Closing): Promise<AgentClient> {
  const path = join(folder, "agent.sock");
  later(await fake.listen(path));
  const transport = await signedIn({ folder, later });
  return createAgentClient(() => transport.openSocket(path));
}

/** Where the host forbids forwarding, and the login prints something before any command. */
async function bridgedAgent(fake: FakeAgent, { folder, later }: Closing): Promise<AgentClient> {
  const path = join(folder, "agent.sock");
  later(await fake.listen(path));
  const noisy = join(folder, "noisy");
  writeFileSync(noisy, `#!/bin/sh\nprintf '** Welcome **\\n==aeroplane-bridge'\neval "exec $SSH_ORIGINAL_COMMAND"\n`, { mode: 0o755 });
  const transport = await signedIn({ folder, later }, ["DisableForwarding yes", `ForceCommand ${noisy}`]);
  const argv = [process.execPath, "--disable-warning=ExperimentalWarning", agentMain, "bridge", "--socket", path];
  const bridged = overBridge({ ...transport, openCommand: transport.openCommand! }, { argv, address: "127.0.0.1", user: "root" });
  later(bridged.close);
  return createAgentClient(() => bridged.openSocket(path));
}

async function signedIn({ folder, later }: Closing, settings: string[] = []) {
  const sshd = await startSshd(join(folder, "sshd"), settings);
  later(sshd.stop);
  const keychain = createKeychain({ load: () => Promise.reject(new Error("none")) });
  const ssh = createSsh({ keychain, folder, home: folder });
  const { user, address, port } = sshd;
  const login = { user, address, port, auth: { type: "key" as const, path: sshd.keyPath }, alias: null, jumps: [], client: "built-in" as const, door: "forwarding" as const };
  const transport = await ssh.open({ id: ID, login }, { ask: async () => ({ type: "host-key", accept: true }) });
  later(transport.close);
  return transport;
}

async function directWindow({ router, handler }: Desk): Promise<Client> {
  const link: ClientLink<Context> = {
    async call(path, input, { context, signal }) {
      const call: CallContext = { server: context.serverId, stream: context.stream };
      const client = createRouterClient(router as never, { context: call as never, interceptors: handler.clientInterceptors as never });
      const procedure = path.reduce<unknown>((at, name) => (at as Record<string, unknown>)[name], client);
      const output = await (procedure as (input: unknown, options: object) => Promise<unknown>)(input, { signal });
      // Every wire ends a cancelled stream; without one there is only the iterator itself.
      signal?.addEventListener("abort", () => void (output as AsyncIterator<unknown>).return?.());
      return output;
    },
  };
  return createORPCClient(creditedLink<Context>(link));
}

const headers = ({ context }: { context: Context }): Record<string, string> => ({
  ...(context.serverId ? { [SERVER_HEADER]: context.serverId } : {}),
  ...(context.stream ? { [CREDIT_HEADER]: context.stream } : {}),
});

async function portWindow({ router, handler }: Desk, { later }: Closing): Promise<Client> {
  const { port1, port2 } = new MessageChannel();
  new PortHandler<CallContext>(router, handler).upgrade(port1 as never, { context: {} });
  later(() => port2.close());
  return createORPCClient(creditedLink<Context>(new PortLink<Context>({ port: port2 as never, headers })));
}

async function webWindow({ router, handler }: Desk, { folder, later }: Closing): Promise<Client> {
  const host = await createWebHost({ router, handler, folder });
  later(host.close);
  const socket = new WebSocket(`ws://127.0.0.1:${host.port}${WEB_SOCKET_PATH}`, [WEB_SOCKET_PROTOCOL, `${WEB_SOCKET_PROTOCOL}.${host.token}`], {
    origin: `http://127.0.0.1:${host.port}`,
  });
  await new Promise((resolve, reject) => socket.once("open", resolve).once("error", reject));
  later(() => new Promise((gone) => socket.once("close", gone).close()));
  return createORPCClient(creditedLink<Context>(new SocketLink<Context>({ websocket: socket as never, headers })));
}
