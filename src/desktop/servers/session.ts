import { setTimeout as pause } from "node:timers/promises";
import { fail, type Hello, type Problem } from "@aeroplane/agent/contract";
import { createAgentClient, type AgentClient } from "../agent/client.ts";
import type { AskSudo } from "../bootstrap/examine.ts";
import { languageFailure, newerNotice } from "../bootstrap/upgrade/newer.ts";
import { prepare } from "../bootstrap/prepare.ts";
import { socketOf } from "../bootstrap/places.ts";
import { wantedParts, type Resources } from "../bootstrap/wanted.ts";
import { checkLocal, lacksAtomic, localArch, type PartPlaces } from "../local/check.ts";
import { runsSystemd } from "../local/commands.ts";
import { keptHere } from "../local/kept.ts";
import { localPlaces, surroundings } from "../local/places.ts";
import { ensureLocalAgent } from "../local/process.ts";
import { localTransport } from "../local/transport.ts";
import type { Ssh } from "../ssh/open.ts";
import { NeedsPerson, type Ask } from "../ssh/question.ts";
import { askSudo } from "../ssh/sudo.ts";
import type { Transport } from "../ssh/transport.ts";
import type { Keychain } from "../keychain/keychain.ts";
import type { Server } from "../../contract/index.ts";
import type { Notices } from "./notices.ts";
import type { PrepareStep } from "./connection.ts";
import { isInvited, signInFailure, wayIn } from "./way-in.ts";

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

type Deps = { resources: Resources; keychain: Keychain; ssh: Pick<Ssh, "open">; notices: Notices };

export const accountOf = (serverId: string) => `server:${serverId}`;

/** A way to a server without asking anything of an agent. */
export type OpenWay = (
  server: Pick<Server, "id" | "kind" | "login">,
  options: { ask: Ask; onHandshake?: () => void; signal?: AbortSignal },
) => Promise<{ transport: Transport; askSudo: AskSudo }>;

export function createOpenWay({ keychain, ssh }: Pick<Deps, "keychain" | "ssh">): OpenWay {
  return async ({ id, login }, { ask, onHandshake, signal }) => {
    const nobody = () => Promise.reject(new NeedsPerson());
    if (!login) return { transport: localTransport(), askSudo: nobody };
    const account = accountOf(id);
    await keychain.open(account, ask);
    const direct = await ssh.open({ id, login }, { ask, signal, onHandshake }).catch((error: unknown) => {
      throw signInFailure(login, error);
    });
    return { transport: wayIn(login, direct), askSudo: (reason) => askSudo({ account, login, ask, keychain, reason }) };
  };
}

export function createOpenSession({ resources, keychain, ssh, notices }: Deps): OpenSession {
  const way = createOpenWay({ keychain, ssh });

  async function overSsh(server: Parameters<OpenSession>[0], { ask, onHandshake, onSteps, known, onDoubt, signal }: OpenOptions): Promise<Session> {
    const login = server.login!;
    const { address, door } = login;
    const { transport, askSudo: sudo } = await way(server, { ask, onHandshake, signal });
    const agent = createAgentClient(() => transport.openSocket(socketOf(login.user)), { onDoubt, key: transport.key });
    const onNotice = (problem: Problem | null) => notices.tell(server.id, problem);
    if (isInvited(login)) {
      return opened(agent, transport, resources, async () => {
        const answer = await agent.client.instance.hello({}, { signal });
        onNotice(newerNotice(answer, resources.version));
        return answer;
      });
    }
    const again = notices.takeAgain(server.id);
    const hello = (within?: AbortSignal) => helloOrNull(agent, within);
    const ready = () => prepare({ transport, address, resources, hello, report: onSteps, door, ask, askSudo: sudo, onNotice, again, signal });
    return opened(agent, transport, resources, async () => (again ? null : await sameAgent(agent, known, signal)) ?? ready());
  }

  async function onThisMachine({ id }: Parameters<OpenSession>[0], { ask, onSteps, known, onDoubt, signal }: OpenOptions): Promise<Session> {
    const kept = keptHere();
    await requireTools({ ...resources, kept });
    const places = localPlaces(surroundings(runsSystemd()));
    const transport = localTransport();
    const agent = createAgentClient(() => transport.openSocket(places.socket), { onDoubt });
    const hello = (within?: AbortSignal) => helloOrNull(agent, within);
    const onNotice = (problem: Problem | null) => notices.tell(id, problem);
    const again = notices.takeAgain(id);
    return opened(agent, transport, resources, async () => {
      const same = again ? null : await sameAgent(agent, known, signal);
      if (same) return same;
      if (places.unit) return prepare({ transport, address: "this machine", resources, hello, report: onSteps, ask, onNotice, again, signal });
      const parts = await wantedParts(resources, localArch()!, { signal, kept });
      let undone: Problem | null = null;
      const answer = await ensureLocalAgent({ places, parts, hello, onUndone: (problem) => (undone = problem), again, signal });
      onNotice(undone ?? newerNotice(answer, resources.version));
      return answer;
    });
  }

  return (server, options) => (server.kind === "local" ? onThisMachine(server, options) : overSsh(server, options));
}

/** What a package manager has to bring; the parts are fetched where they are needed, and an agent that runs may need none. */
async function requireTools(parts: PartPlaces): Promise<void> {
  const check = await checkLocal(parts);
  const address = "This machine";
  if (!check.supported) throw fail("SERVER_UNSUPPORTED", { address, why: "only Linux on x64 or arm64 can run services" });
  const missing = check.requirements.filter((one) => (one.name === "docker" || one.name === "git") && (!one.found || one.why !== null)).map((one): string => one.name).concat(lacksAtomic() ? ["libatomic1"] : []);
  if (missing.length > 0) throw fail("SERVER_LACKS", { address, what: missing.join(", "), commands: check.commands.join("; ") || "the Install button" });
}

/** The agent over this way as a session, once it is ready; else the way is closed. */
export async function opened(agent: AgentClient, transport: { close(): void; closed: Promise<string> }, { version }: Pick<Resources, "version">, ready: () => Promise<Hello>): Promise<Session> {
  const close = () => {
    agent.close();
    transport.close();
  };
  try {
    const hello = await ready();
    const failure = languageFailure(hello, version);
    if (failure) throw failure;
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
    if (hello) return hello.instanceId === known.instanceId && hello.agentVersion === known.agentVersion && !hello.trial ? hello : null;
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

