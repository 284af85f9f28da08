// Desktops on this machine: the real list of servers, links and forwarding, over real SSH to an agent that need not be prepared.
import { readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ContractRouterClient } from "@orpc/contract";
import { createRouterClient } from "@orpc/server";
import ssh2 from "ssh2";
import { fail, type AgentContract } from "../../../agent/contract/index.ts";
import { AGENT_VERSION } from "../../../agent/src/version.ts";
import { createAgentClient } from "../../../src/desktop/agent/client.ts";
import { forwardAgent } from "../../../src/desktop/agent/forward.ts";
import { createPrompts } from "../../../src/desktop/prompts/prompts.ts";
import { createServersFile } from "../../../src/desktop/servers/file.ts";
import { createNotices } from "../../../src/desktop/servers/notices.ts";
import { createServers } from "../../../src/desktop/servers/servers.ts";
import { opened, type OpenSession } from "../../../src/desktop/servers/session.ts";
import { sshTransport } from "../../../src/desktop/ssh/client.ts";
import { openTcp } from "../../../src/desktop/ssh/tcp.ts";
import type { Sshd } from "../../contract/sshd.ts";
import { until } from "../../world/wait.ts";
import type { BarContext } from "../frame.ts";

export type Agent = ContractRouterClient<AgentContract>;
export type NearDesk = Awaited<ReturnType<typeof openNearDesk>>;

/** Signs in with that key and no questions. */
export async function logIn(sshd: Pick<Sshd, "user" | "keyPath">, port: number, { signal, onHandshake }: { signal?: AbortSignal; onHandshake?: () => void } = {}): Promise<ssh2.Client> {
  const sock = await openTcp("127.0.0.1", port, { signal }).catch((cause: NodeJS.ErrnoException) => {
    throw cause.code === "ECONNREFUSED" ? fail("CONNECTION_REFUSED", { address: "127.0.0.1", port }, { cause }) : fail("CONNECTION_TIMED_OUT", { address: "127.0.0.1", port, seconds: 20 }, { cause });
  });
  const client = new ssh2.Client();
  return new Promise((resolve, reject) => {
    const giveUp = (error: unknown) => (client.on("error", () => {}), client.destroy(), reject(error));
    signal?.addEventListener("abort", () => giveUp(signal.reason), { once: true });
    client.once("ready", () => resolve(client));
    client.once("error", (cause: Error) => giveUp(fail("CONNECTION_CLOSED", { address: "127.0.0.1" }, { cause })));
    client.once("close", () => giveUp(fail("CONNECTION_CLOSED", { address: "127.0.0.1" })));
    client.connect({ sock, username: sshd.user, privateKey: readFileSync(sshd.keyPath), readyTimeout: 60_000, hostVerifier: () => (onHandshake?.(), true) });
  });
}

/** Prepared, uninstalled or kept secret is nothing here. */
const nothingElse = {
  keychain: { forget: async () => {} } as never,
  way: () => Promise.reject(new Error("No way is asked for.")),
  ssh: { forgetServer: async () => {} },
  notices: createNotices(),
};

/** An agent that is there answers: on a busy machine late. */
const HELLO_SECONDS = 30;

/** `socket`: where the agent of every server listens. */
export async function openNearDesk({ cleanup }: Pick<BarContext, "cleanup">, sshd: Sshd, socket: string) {
  const open: OpenSession = async ({ login }, { signal, onHandshake, onDoubt }) => {
    const client = await logIn(sshd, login!.port, { signal, onHandshake });
    const transport = sshTransport(client, { address: login!.address });
    const agent = createAgentClient(() => transport.openSocket(socket), { onDoubt });
    const within = AbortSignal.any([signal, AbortSignal.timeout(HELLO_SECONDS * 1000)]);
    return opened(agent, transport, { version: AGENT_VERSION }, () =>
      agent.client.instance.hello({}, { signal: within }).catch((cause: unknown) => {
        throw fail("AGENT_NOT_STARTED", { address: login!.address, seconds: HELLO_SECONDS }, { cause });
      }),
    );
  };
  const folder = await mkdtemp(join(tmpdir(), "near-desk-"));
  const prompts = createPrompts();
  const servers = await createServers({ file: createServersFile(folder), open, ...nothingElse, prompts });
  cleanup(async () => {
    servers.close();
    await rm(folder, { recursive: true, force: true });
  });
  const router = forwardAgent(servers.reach);
  const stateOf = (id: string) => servers.list().find((server) => server.id === id)!.connection;

  return {
    servers,
    prompts,
    stateOf,
    /** Adds a server behind that port and waits until it is ready. */
    async add(port: number): Promise<string> {
      const { id } = await servers.add({ user: sshd.user, address: "127.0.0.1", port, auth: { type: "key", path: sshd.keyPath } });
      await until("a server that is ready", async () => {
        const connection = stateOf(id);
        if (connection.state === "failed") throw new Error(JSON.stringify(connection.problem));
        return connection.state === "ready";
      }, { within: 60_000, every: 10 });
      return id;
    },
    agentOf: (id: string) => createRouterClient(router as never, { context: { server: id } as never }) as unknown as Agent,
  };
}
