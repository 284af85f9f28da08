import { fail, PEOPLE_LOGIN, type Hello } from "@aeroplane/agent/contract";
import type { Server, ServerLogin } from "../../contract/index.ts";
import { createAgentClient } from "../agent/client.ts";
import { socketOf } from "../bootstrap/places.ts";
import type { Keychain } from "../keychain/keychain.ts";
import type { Prompts } from "../prompts/prompts.ts";
import { sudoAccount } from "../ssh/sudo.ts";
import type { Transport } from "../ssh/transport.ts";
import { accountOf, type OpenWay } from "./session.ts";

type Deps = {
  way: OpenWay;
  prompts: Prompts;
  keychain: Pick<Keychain, "forget">;
  find: (id: string) => Server;
  /** Writes it down, and connects anew by it. */
  keep: (id: string, login: ServerLogin) => Promise<Server>;
};

/** How long an agent is waited for by which the server would be known. */
const AGENT_WITHIN = 6000;

/** The login of invited people forwards nothing: it has this door alone. */
export const asPossible = (login: ServerLogin): ServerLogin => (login.user === PEOPLE_LOGIN ? { ...login, door: "bridge" } : login);

/** Another sign-in to the same server, kept only after it has worked; until then everything stays as it is. */
export function createSignInChange({ way, prompts, keychain, find, keep }: Deps) {
  const running = new Set<string>();

  async function change(id: string, wanted: ServerLogin, signal?: AbortSignal): Promise<Server> {
    const server = find(id);
    if (!server.login) throw fail("NOT_FOUND", { what: "server over SSH", id });
    if (running.has(id)) throw fail("BUSY", { what: server.name, job: "change of the sign-in" });
    running.add(id);
    try {
      const login = asPossible(wanted);
      await prove(server, login, signal);
      signal?.throwIfAborted();
      const kept = await keep(id, login);
      await forgetUnused(id, server.login, login);
      return kept;
    } finally {
      running.delete(id);
    }
  }

  /** The host's key says that it is the same machine; its agent, where it answers, that it is the same server. */
  async function prove({ id, name, hello }: Server, login: ServerLogin, signal?: AbortSignal): Promise<void> {
    const { transport } = await way(
      { id, kind: "ssh", login },
      { signal, ask: (question, { signal: over } = {}) => prompts.ask({ ...question, serverId: id }, { signal: either(signal, over) }) },
    );
    try {
      const met = hello && (await agentOver(transport, login.user, signal));
      if (met && met.instanceId !== hello.instanceId) throw fail("SIGN_IN_ELSEWHERE", { address: login.address, server: name, hostname: met.hostname });
    } finally {
      transport.close();
    }
  }

  /** What opened the way before and opens nothing now. */
  async function forgetUnused(id: string, before: ServerLogin, now: ServerLogin): Promise<void> {
    const account = accountOf(id);
    if (before.user !== now.user) await keychain.forget(sudoAccount(account));
    if (now.auth.type === "key" || now.auth.type === "agent") await keychain.forget(account);
  }

  return change;
}

const either = (one?: AbortSignal, other?: AbortSignal) => (one && other ? AbortSignal.any([one, other]) : (one ?? other));

/** Null where it does not answer: a login that never came here may not be let to it yet. */
async function agentOver(transport: Transport, user: string, signal?: AbortSignal): Promise<Hello | null> {
  const agent = createAgentClient(() => transport.openSocket(socketOf(user)), { key: transport.key });
  const within = AbortSignal.timeout(AGENT_WITHIN);
  try {
    return await agent.client.instance.hello({}, { signal: signal ? AbortSignal.any([signal, within]) : within });
  } catch {
    signal?.throwIfAborted();
    return null;
  } finally {
    agent.close();
  }
}
