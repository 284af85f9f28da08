import { hostname } from "node:os";
import { describe, fail, names, type Hello } from "@aeroplane/agent/contract";
import { v7 as newId } from "uuid";
import type { Server, ServerLogin } from "../../contract/index.ts";
import type { Reach } from "../agent/forward.ts";
import { isReadable } from "../bootstrap/upgrade/newer.ts";
import type { Keychain } from "../keychain/keychain.ts";
import { createLive } from "../live/live.ts";
import type { Prompts } from "../prompts/prompts.ts";
import type { Ssh } from "../ssh/open.ts";
import { sudoAccount } from "../ssh/sudo.ts";
import { createArrange } from "./arrange.ts";
import type { KeptServer, ServersFile } from "./file.ts";
import type { Notices } from "./notices.ts";
import { waitOfFirst } from "./first-tries.ts";
import { createServerLink, type ServerLink } from "./link.ts";
import { asPossible, createSignInChange } from "./sign-in-change.ts";
import { accountOf, type OpenSession, type OpenWay } from "./session.ts";
import { createUninstaller } from "./uninstaller.ts";

type Deps = { file: ServersFile; open: OpenSession; /** To a server as such. */ way: OpenWay; keychain: Keychain; prompts: Prompts; ssh: Pick<Ssh, "forgetServer">; notices: Notices };
export type NewServer = { name?: string } & Pick<ServerLogin, "user" | "address" | "port" | "auth"> & Partial<ServerLogin>;

/** The list of servers, each kept connected by its own link. */
export async function createServers({ file, open, way, keychain, prompts, ssh, notices }: Deps) {
  const links = new Map<string, ServerLink>();
  const list = createLive<Server[]>([]);

  const patch = (id: string, news: Partial<Server>) =>
    list.update((servers) => servers.map((server) => (server.id === id ? { ...server, ...news } : server)));

  notices.onTold((id, notice) => patch(id, { notice }));

  function admit(kept: KeptServer): void {
    list.update((servers) => [...servers, { ...kept, connection: { state: "offline" }, notice: notices.of(kept.id) }]);
    links.set(
      kept.id,
      createServerLink({
        server: () => find(kept.id),
        open,
        prompts,
        onLink({ connection }) {
          patch(kept.id, { connection });
          if (connection.state === "installing") void setBegun(kept.id, true);
        },
        onSeen: (hello) => void seen(kept.id, hello),
      }),
    );
  }

  /** Every beat moves the age on the screen; the file is written only when the answer itself is another. */
  async function seen(id: string, hello: Hello): Promise<void> {
    const before = list.get().find((server) => server.id === id);
    if (!before) return;
    const lastSeenAt = Date.now();
    if (!isReadable(hello)) return patch(id, { lastSeenAt });
    const isSame = JSON.stringify(before.hello) === JSON.stringify(hello);
    patch(id, isSame ? { lastSeenAt } : { hello, lastSeenAt });
    if (isSame) return;
    // Uninstalling forgets who was there, so this one was not expected.
    if (before.hello && before.hello.instanceId !== hello.instanceId) notices.tell(id, describe("AGENT_ANEW", { server: before.name }));
    await file.change((all) => all.map((kept) => (kept.id === id ? { ...kept, hello, lastSeenAt } : kept))).catch(() => {});
  }

  async function setBegun(id: string, begun: boolean): Promise<void> {
    if (list.get().find((server) => server.id === id)?.begun === begun) return;
    patch(id, { begun });
    await file.change((all) => all.map((kept) => (kept.id === id ? { ...kept, begun } : kept))).catch(() => {});
  }

  function find(id: string): Server {
    const server = list.get().find((candidate) => candidate.id === id);
    if (!server) throw fail("NOT_FOUND", { what: "server", id });
    return server;
  }

  async function addKept(fresh: Omit<KeptServer, "id" | "hello" | "lastSeenAt">): Promise<Server> {
    const kept: KeptServer = { ...fresh, id: newId(), hello: null, lastSeenAt: null };
    await file.change((all) => [...all, kept]);
    admit(kept);
    links.get(kept.id)!.connect({ byHand: true });
    return find(kept.id);
  }

  /** No two servers are signed in to alike. */
  function refuseTaken({ user, address, port }: ServerLogin, except?: string): void {
    const same = list.get().find(({ id, login: other }) => id !== except && other?.address === address && other.port === port && other.user === user);
    if (same) throw fail("NAME_TAKEN", { name: `${user}@${address}`, what: "server" });
  }

  async function add({ name, ...given }: NewServer): Promise<Server> {
    const login = asPossible({ alias: null, jumps: [], client: "built-in", door: "forwarding", ...given });
    const { address } = login;
    refuseTaken(login);
    return addKept({ name: name ?? title(address), kind: "ssh", tags: [], login });
  }

  async function addLocal(): Promise<Server> {
    const present = list.get().find(({ kind }) => kind === "local");
    if (present) return connect(present.id);
    return addKept({ name: title(hostname()), kind: "local", tags: [], login: null });
  }

  async function rename(id: string, name: string): Promise<Server> {
    find(id);
    await file.change((all) => all.map((kept) => (kept.id === id ? { ...kept, name } : kept)));
    patch(id, { name });
    return find(id);
  }

  /** A server and its login; this machine has none. */
  function overSsh(id: string): { id: string; login: ServerLogin } {
    const { login } = find(id);
    if (!login) throw fail("NOT_FOUND", { what: "server over SSH", id });
    return { id, login };
  }

  async function remove(id: string): Promise<void> {
    const { login } = find(id);
    uninstaller.refuse(id);
    links.get(id)?.disconnect();
    links.delete(id);
    await file.change((all) => all.filter((kept) => kept.id !== id));
    list.update((servers) => servers.filter((server) => server.id !== id));
    for (const account of [accountOf(id), sudoAccount(accountOf(id))]) await keychain.forget(account);
    if (login) await ssh.forgetServer({ id, login }, list.get().flatMap((server) => server.login ?? []));
  }

  function connect(id: string): Server {
    find(id);
    uninstaller.refuse(id);
    links.get(id)?.connect({ byHand: true });
    return find(id);
  }

  function upgrade(id: string): Server {
    find(id);
    uninstaller.refuse(id);
    notices.again(id);
    links.get(id)?.disconnect();
    return connect(id);
  }

  function disconnect(id: string): Server {
    find(id);
    links.get(id)?.disconnect();
    return find(id);
  }

  /** The other way to its agent; the connection begins anew through it. */
  async function setDoor(id: string, door: ServerLogin["door"]): Promise<Server> {
    const { login } = find(id);
    if (!login) throw fail("INVALID_INPUT", { field: "door", why: "This machine is reached without SSH" });
    return keepLogin(id, { ...login, door });
  }

  async function keepLogin(id: string, login: ServerLogin): Promise<Server> {
    uninstaller.refuse(id);
    await file.change((all) => all.map((kept) => (kept.id === id && kept.login ? { ...kept, login } : kept)));
    patch(id, { login });
    links.get(id)?.disconnect();
    return connect(id);
  }

  const signInChange = createSignInChange({ way, prompts, keychain, find, keep: keepLogin });
  async function changeLogin(id: string, login: ServerLogin, signal?: AbortSignal): Promise<Server> {
    uninstaller.refuse(id);
    refuseTaken(login, id);
    return signInChange(id, login, signal);
  }

  const uninstaller = createUninstaller({
    way,
    prompts,
    find,
    leave: (id) => void disconnect(id),
    async forgetAgent(id) {
      await file.change((all) => all.map((kept) => (kept.id === id ? { ...kept, hello: null } : kept)));
      patch(id, { hello: null });
      await setBegun(id, false);
    },
  });

  /** For the forwarder; a server that is not ready has no agent. */
  function reach(id: string | undefined): ReturnType<Reach> {
    const { id: known, name } = find(id ?? "");
    const link = links.get(known);
    return { agent: link?.agent() ?? null, name, back: link?.back };
  }

  for (const [place, kept] of (await file.read()).entries()) {
    admit(kept);
    links.get(kept.id)!.connect({ byHand: false, wait: waitOfFirst(place) });
  }

  return {
    list: list.get,
    overSsh,
    watch: list.watch,
    ...createArrange({ file, list, find }),
    /** What was seen of it in an earlier life of the app; never makes it older. */
    seenAt: (id: string, at: number) => list.update((all) => all.map((server) => (server.id === id && at > (server.lastSeenAt ?? 0) ? { ...server, lastSeenAt: at } : server))),
    add,
    addLocal,
    rename,
    remove,
    connect,
    disconnect,
    upgrade,
    setDoor,
    changeLogin,
    uninstall: uninstaller.run,
    reach,
    /** After sleep or a change of network. */
    wake() {
      for (const link of links.values()) link.wake();
    },
    close() {
      for (const link of links.values()) link.disconnect();
    },
  };
}

/** An address makes a first name, as far as names allow it. */
function title(text: string): string {
  const parsed = names.title.safeParse(text.slice(0, 60));
  return parsed.success ? parsed.data : "Server";
}
