import { homedir, userInfo } from "node:os";
import { join } from "node:path";
import { fail, toProblem } from "@aeroplane/agent/contract";
import type { ServerLogin } from "../../contract/index.ts";
import type { Keychain } from "../keychain/keychain.ts";
import { signInThrough } from "./chain.ts";
import { sshTransport } from "./client.ts";
import { systemSsh } from "./config/program.ts";
import { ownKeyOf } from "./connect.ts";
import { createSshConfig, identityFilesOf, isYes, type Settings } from "./config/resolve.ts";
import { createHostKeys, nameOf, type HostKeys, type KeyPlace } from "./host-keys.ts";
import type { KeySettings } from "./identities.ts";
import { hostName } from "./known-hosts.ts";
import { isHere, outerAddresses } from "./network.ts";
import { createPins, pinOf } from "./pins.ts";
import type { Ask } from "./question.ts";
import { passphraseAccount, type SignInOptions } from "./sign-in.ts";
import type { Transport } from "./transport.ts";
import { signInBySystem } from "./system/sign-in.ts";
import { createTrust } from "./trust.ts";
import { keyFiles } from "./key-files.ts";
import { wholePath } from "./key-file.ts";

type Deps = { keychain: Keychain; /** Where the own record of host keys lies. */ folder: string; home?: string; hostKeys?: HostKeys; /** Whether this computer is in any network. */ inNetwork?: () => boolean };
type OpenOptions = { ask: Ask; signal?: AbortSignal; onHandshake?: () => void };
export type Ssh = ReturnType<typeof createSsh>;
type Target = { id: string; login: ServerLogin };

const noSettings: Settings = { by: "app", all: () => [], one: () => null };

/** Everything by which this computer reaches a server over SSH. */
export function createSsh({ keychain, folder, home = homedir(), hostKeys = createHostKeys({ home }), inNetwork = () => outerAddresses().length > 0 }: Deps) {
  const trust = createTrust({ hostKeys, pins: createPins(folder) });
  const config = createSshConfig({ home });

  /** A file that cannot be trusted stops what was picked from it; what was typed does without. */
  async function settingsFor(name: string, picked: boolean): Promise<Settings> {
    try {
      return await config.settingsOf(name);
    } catch (error) {
      if (picked) throw error;
      return noSettings;
    }
  }

  async function stationsOf({ id, login }: Target): Promise<Pick<SignInOptions, "account" | "login" | "place" | "pin" | "settings">[]> {
    const account = `server:${id}`;
    const hops = login.jumps.map(async (hop) => {
      const settings = await settingsFor(hop.address, false);
      const name = hostName(hop.address, hop.port);
      return { account: hopAccount(account, hop), login: { ...hop, auth: login.auth }, place: placeFor(hop, settings), pin: pinOf(id, name), settings: keysOf(settings) };
    });
    const settings = await settingsFor(login.alias ?? login.address, login.alias !== null);
    return [...(await Promise.all(hops)), { account, login, place: placeFor(login, settings), pin: pinOf(id), settings: keysOf(settings) }];
  }

  async function open(target: Target, { ask, signal, onHandshake }: OpenOptions): Promise<Transport> {
    if (target.login.client === "system") return openBySystem(target, { ask, signal, onHandshake });
    const client = await signInThrough(await stationsOf(target), { ask, trust, keychain, signal, onHandshake });
    return { ...sshTransport(client, { address: target.login.address }), key: ownKeyOf(client) };
  }

  /** The own record is asked by the key that the last host on the way showed. */
  async function openBySystem({ id, login }: Target, shared: OpenOptions): Promise<Transport> {
    if (!shared.ask && (await isCutOff(login))) throw fail("HOST_UNREACHABLE", { address: login.address });
    const own = `server:${id}`;
    const accountOf = (user: string, address: string) => {
      const hop = login.jumps.find((one) => one.user === user && one.address === address);
      return hop ? hopAccount(own, hop) : own;
    };
    const checkKey = ({ type, fingerprint }: { type: string; fingerprint: string }) => trust.checkPin(login.address, pinOf(id), { type, fingerprint });
    return signInBySystem({ ...shared, login, keychain, accountOf, checkKey, configPath: config.path, home });
  }

  /** No process is started for nothing, where nobody waits for it: only a command of the person's own finds a way without a network. */
  async function isCutOff({ address, alias }: ServerLogin): Promise<boolean> {
    if (inNetwork() || isHere(address)) return false;
    const command = (await settingsFor(alias ?? address, false)).one("proxycommand");
    return command === null || command === "none";
  }

  async function hosts() {
    const system = await systemSsh();
    try {
      const found = await config.hosts();
      return { hosts: found.map(({ alias, file }) => ({ alias, file: file.startsWith(`${home}/`) ? `~${file.slice(home.length)}` : file })), problem: null, system };
    } catch (error) {
      return { hosts: [], problem: toProblem(error), system };
    }
  }

  const keys = () => keyFiles(home);

  async function resolve(alias: string) {
    const { settings: _settings, ...resolved } = await config.resolve(alias);
    return resolved;
  }

  /** Only what carries that name goes, and only after the person typed it. */
  async function forgetHostKey(target: Target, { address, typed }: { address: string; typed: string }): Promise<{ removed: string[] }> {
    const station = (await stationsOf(target)).find(({ login }) => login.address === address);
    if (!station) throw fail("NOT_FOUND", { what: "host", id: address });
    if (typed.trim() !== address) throw fail("CONFIRMATION_MISMATCH", { typed, name: address });
    const { removed, left } = await trust.forget(station.place, station.pin);
    if (removed.length === 0 && left.length > 0) throw fail("HOST_KEY_NOT_OURS", { name: nameOf(station.place), where: left.join("; ") });
    return { removed };
  }

  /** With the server goes what was kept for it alone. */
  async function forgetServer({ id, login }: Target, remaining: readonly ServerLogin[]): Promise<void> {
    await trust.forgetServer(id);
    // A passphrase belongs to a key file that other servers may use.
    if (login.auth.type === "key" && !remaining.some(({ auth }) => auth.type === "auto" || (auth.type === "key" && login.auth.type === "key" && auth.path === login.auth.path))) {
      await keychain.forget(passphraseAccount(login.auth.path));
    }
    for (const hop of login.jumps) await keychain.forget(hopAccount(`server:${id}`, hop));
  }

  return { open, hosts, keys, resolve, forgetHostKey, forgetServer };
}

const hopAccount = (account: string, { user, address, port }: { user: string; address: string; port: number }) => `${account}:${user}@${hostName(address, port)}`;

function keysOf(settings: Settings): KeySettings {
  return { identityFiles: identityFilesOf(settings), identitiesOnly: isYes(settings, "identitiesonly"), identityAgent: settings.one("identityagent") };
}

function placeFor({ address, port }: { address: string; port: number }, settings: Settings): KeyPlace {
  const files = (name: string, usual: string[]) => {
    const named = settings.one(name)?.split(/\s+/).filter(Boolean).map(wholePath);
    return named && named.join() !== usual.join() ? named : undefined;
  };
  const usual = ["known_hosts", "known_hosts2"].map((file) => join(userInfo().homedir, ".ssh", file));
  return {
    address,
    port,
    keyAlias: settings.one("hostkeyalias"),
    hashed: isYes(settings, "hashknownhosts"),
    files: files("userknownhostsfile", usual),
    systemFiles: files("globalknownhostsfile", ["/etc/ssh/ssh_known_hosts", "/etc/ssh/ssh_known_hosts2"]),
  };
}
