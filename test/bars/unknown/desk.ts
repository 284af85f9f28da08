// The desktop's own services, as a window has them, in front of strange agents: real connections to their sockets, real links, the real list of servers.
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { RPCHandler } from "@orpc/server/node";
import { fail, RAW_PATH } from "../../../agent/contract/index.ts";
import manifest from "../../../package.json" with { type: "json" };
import { createAgentClient } from "../../../src/desktop/agent/client.ts";
import { newerNotice } from "../../../src/desktop/bootstrap/upgrade/newer.ts";
import { createKeychain } from "../../../src/desktop/keychain/keychain.ts";
import { createKnownFiles } from "../../../src/desktop/known/files.ts";
import { createKnown } from "../../../src/desktop/known/known.ts";
import { localTransport } from "../../../src/desktop/local/transport.ts";
import { createPrompts } from "../../../src/desktop/prompts/prompts.ts";
import { createRouter } from "../../../src/desktop/router.ts";
import { createCredits } from "../../../src/desktop/rpc/credit.ts";
import { toWire } from "../../../src/desktop/rpc/errors.ts";
import { handlerOptions, type CallContext } from "../../../src/desktop/rpc/handler.ts";
import { streamWithErrors } from "../../../src/desktop/rpc/stream-errors.ts";
import { createServersFile } from "../../../src/desktop/servers/file.ts";
import { createNotices } from "../../../src/desktop/servers/notices.ts";
import { createServers } from "../../../src/desktop/servers/servers.ts";
import { opened, type OpenSession } from "../../../src/desktop/servers/session.ts";
import { createTransfers } from "../../../src/desktop/transfers/transfers.ts";
import { createWebHost } from "../../../src/web/host.ts";
import { procedureOf } from "../../e2e/fixture/answers.ts";
import { createFixture, type Fixture, type FixtureOptions } from "../../e2e/fixture/fixture.ts";
import { strangeRefusal, type Stranger } from "../../e2e/fixture/strange.ts";
import { until } from "../../world/wait.ts";

export type StrangeDesk = Awaited<ReturnType<typeof openStrangeDesk>>;

const { version } = manifest;

/** Served to a window; procedures that are put into `refusing` refuse in words that nobody has heard of. */
export async function openStrangeDesk(window: string, options: FixtureOptions, stranger: Stranger) {
  const refusing = new Set<string>();
  const answered: FixtureOptions["answered"] = (answer, path) => {
    const procedure = procedureOf(path);
    if (refusing.has(procedure)) throw strangeRefusal();
    const told = stranger.answered(answer, path);
    return procedure === "instance.hello" ? { ...told, agentVersion: "99.0.0" } : told;
  };
  const fixture = createFixture({ ...options, answered });
  const folder = await mkdtemp(join(tmpdir(), "unknown-"));
  const there = fixture.servers.get().filter(({ connection }) => connection.state === "ready");
  const agents = new Map(await Promise.all(there.map(async ({ id }, index) => [id, await listen(fixture, id, join(folder, `${index}.sock`))] as const)));

  const notices = createNotices();
  const open: OpenSession = async ({ id, login }, { signal, onDoubt }) => {
    const socket = agents.get(id)?.socket;
    if (socket === undefined) throw fail("CONNECTION_TIMED_OUT", { address: login?.address ?? "this machine", port: 22, seconds: 20 });
    const transport = localTransport();
    const agent = createAgentClient(() => transport.openSocket(socket), { onDoubt });
    return opened(agent, transport, { version }, async () => {
      const hello = await agent.client.instance.hello({}, { signal });
      notices.tell(id, newerNotice(hello, version));
      return hello;
    });
  };
  const file = createServersFile(folder);
  await file.change(() => fixture.servers.get().map(({ id, name, kind, login, tags }) => ({ id, name, kind, login, tags, hello: null, lastSeenAt: null })));
  const prompts = createPrompts();
  const keychain = createKeychain({ load: () => Promise.reject(new Error("none")) });
  const servers = await createServers({ file, open, way: () => Promise.reject(new Error("No way is asked for.")), keychain, prompts, ssh: { forgetServer: async () => {} }, notices });
  const known = createKnown({ files: createKnownFiles(join(folder, "known")), servers, rest: 100 });
  const transfers = createTransfers({ reach: servers.reach, files: null });
  const credits = createCredits();
  const router = createRouter({ servers, known, prompts, transfers, credits } as never);
  const host = await createWebHost({ router, handler: handlerOptions({ credits }), folder: window, transfers });

  async function close(): Promise<void> {
    await host.close();
    transfers.close();
    known.close();
    servers.close();
    for (const agent of agents.values()) await agent.close();
    await rm(folder, { recursive: true, force: true });
  }
  await until("every strange agent", async () => servers.list().every(({ id, connection }) => !agents.has(id) || connection.state === "ready"), { within: 120_000, every: 20 });
  return { ...fixture, refusing, host: { url: host.url, close } };
}

/** One server's agent: HTTP on a socket of its own, as the real one's. */
async function listen({ router }: Fixture, server: string, socket: string) {
  const handler = new RPCHandler<CallContext>(router.agent as never, {
    clientInterceptors: [
      async ({ next }) => {
        try {
          const output = await next();
          return isStream(output) ? streamWithErrors(output, toWire) : output;
        } catch (error) {
          throw toWire(error);
        }
      },
    ],
  });
  const listener = createServer((request, response) => {
    if (request.url?.startsWith(RAW_PATH)) return void response.writeHead(418, { "content-type": "application/json" }).end(JSON.stringify(strangeRefusal().data));
    void handler.handle(request, response, { prefix: "/rpc", context: { server } });
  });
  listener.listen(socket);
  await once(listener, "listening");
  return {
    socket,
    async close() {
      listener.closeAllConnections();
      await new Promise((closed) => listener.close(closed));
    },
  };
}

const isStream = (output: unknown): output is AsyncIterator<unknown> => typeof output === "object" && output !== null && Symbol.asyncIterator in output;
