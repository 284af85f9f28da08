import { setTimeout as pause } from "node:timers/promises";
import { fail, PROTOCOL_VERSION, type Hello } from "@aeroplane/agent/contract";
import { createAgentClient, type AgentClient } from "../agent/client.ts";
import { prepare } from "../bootstrap/prepare.ts";
import { socketOf } from "../bootstrap/places.ts";
import { wantedParts, type Resources } from "../bootstrap/wanted.ts";
import { checkLocal, localArch } from "../local/check.ts";
import { runsSystemd } from "../local/docker.ts";
import { localPlaces, surroundings } from "../local/places.ts";
import { ensureLocalAgent } from "../local/process.ts";
import { localTransport } from "../local/transport.ts";
import { sshTransport } from "../ssh/client.ts";
import { signIn, type Ask } from "../ssh/sign-in.ts";
import type { HostKeys } from "../ssh/host-keys.ts";
import type { Keychain } from "../keychain/keychain.ts";
import type { Server } from "../../contract/index.ts";
import type { PrepareStep } from "./connection.ts";

/** A server whose agent answers. */
export type Session = {
  agent: AgentClient;
  hello: Hello;
  ping(signal?: AbortSignal): Promise<Hello>;
  close(): void;
  closed: Promise<string>;
};

export type OpenOptions = {
  ask: Ask;
  onHandshake: () => void;
  onSteps: (steps: PrepareStep[]) => void;
  /** What it said earlier in this life of the app: the same agent again needs no preparing. */
  known: Hello | null;
  /** A call is unanswered or broke: it may be gone. */
  onDoubt?: () => void;
  signal: AbortSignal;
};
export type OpenSession = (server: Pick<Server, "id" | "kind" | "login">, options: OpenOptions) => Promise<Session>;

type Deps = { resources: Resources; keychain: Keychain; hostKeys: HostKeys };

export const accountOf = (serverId: string) => `server:${serverId}`;

export function createOpenSession({ resources, keychain, hostKeys }: Deps): OpenSession {
  async function overSsh(server: Parameters<OpenSession>[0], { ask, onHandshake, onSteps, known, onDoubt, signal }: OpenOptions): Promise<Session> {
    const login = server.login!;
    const { address } = login;
    const client = await signIn({ account: accountOf(server.id), login, ask, hostKeys, keychain, signal, onHandshake });
    const transport = sshTransport(client, { address });
    const agent = createAgentClient(() => transport.openSocket(socketOf(login.user)), { onDoubt });
    return opened(agent, transport, async () => (await sameAgent(agent, known, signal)) ?? prepare({ transport, address, resources, hello: (within) => helloOrNull(agent, within), report: onSteps, signal }));
  }

  async function onThisMachine({ onSteps, known, onDoubt, signal }: OpenOptions): Promise<Session> {
    await requireTools(resources.cacheDir);
    const places = localPlaces(surroundings(runsSystemd()));
    const transport = localTransport();
    const agent = createAgentClient(() => transport.openSocket(places.socket), { onDoubt });
    const hello = (within?: AbortSignal) => helloOrNull(agent, within);
    return opened(agent, transport, async () => {
      const same = await sameAgent(agent, known, signal);
      if (same) return same;
      if (places.unit) return prepare({ transport, address: "this machine", resources, hello, report: onSteps, signal });
      return ensureLocalAgent({ places, parts: await wantedParts(resources, localArch()!, signal), hello, signal });
    });
  }

  return (server, options) => (server.kind === "local" ? onThisMachine(options) : overSsh(server, options));
}

async function requireTools(cacheDir: string): Promise<void> {
  const check = await checkLocal({ cacheDir });
  const address = "This machine";
  if (!check.supported) throw fail("SERVER_UNSUPPORTED", { address, why: "only Linux on x64 or arm64 can run services" });
  const missing = check.requirements.filter((one) => !one.found || one.why !== null).map((one) => one.name);
  if (missing.length > 0) throw fail("SERVER_LACKS", { address, what: missing.join(", "), commands: check.commands.join("; ") || "the Install button" });
}

/** The agent over this way as a session, once it is ready; else the way is closed. */
export async function opened(agent: AgentClient, transport: { close(): void; closed: Promise<string> }, ready: () => Promise<Hello>): Promise<Session> {
  const close = () => {
    agent.close();
    transport.close();
  };
  try {
    const hello = await ready();
    if (hello.protocolVersion !== PROTOCOL_VERSION) {
      throw fail("SERVER_UNSUPPORTED", { address: hello.hostname, why: `its agent ${hello.agentVersion} speaks another language than this app` });
    }
    return { agent, hello, ping: (signal) => agent.client.instance.hello({}, { signal, context: { beat: true } }), close, closed: transport.closed };
  } catch (error) {
    close();
    throw error;
  }
}

/** After a reboot sshd is there before the agent, which starts by itself: restarting it would only take longer. */
const STARTS_WITHIN = 20_000;

/** Back after a cut, nothing is looked through again; another agent than before is, from the start, and so is one that stays away. */
async function sameAgent(agent: AgentClient, known: Hello | null, signal: AbortSignal): Promise<Hello | null> {
  if (!known) return null;
  for (const until = Date.now() + STARTS_WITHIN; Date.now() < until; await pause(200, undefined, { signal })) {
    const late = AbortSignal.timeout(5000);
    const hello = await helloOrNull(agent, AbortSignal.any([signal, late])).catch(() => null);
    signal.throwIfAborted();
    // A refusal is an agent that starts; no word at all is a line that was cut again: nothing is done over such a one.
    if (late.aborted) throw fail("SERVER_OFFLINE", { server: known.hostname });
    if (hello) return hello.instanceId === known.instanceId && hello.agentVersion === known.agentVersion ? hello : null;
  }
  return null;
}

/** An agent that is not there yet is no failure. */
async function helloOrNull(agent: AgentClient, signal?: AbortSignal): Promise<Hello | null> {
  try {
    const within = AbortSignal.timeout(6000);
    return await agent.client.instance.hello({}, { signal: signal ? AbortSignal.any([signal, within]) : within, context: { beat: true } });
  } catch {
    signal?.throwIfAborted();
    return null;
  }
}

