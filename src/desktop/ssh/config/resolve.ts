import { existsSync } from "node:fs";
import { homedir, userInfo } from "node:os";
import { join } from "node:path";
import SSHConfig from "ssh-config";
import { fail } from "@aeroplane/agent/contract";
import { hop as hopShape, type Hop, type ResolvedHost } from "../../../contract/index.ts";
import { readKeyFile, wholePath } from "../key-file.ts";
import { readConfig } from "./read.ts";
import { runSsh, sshVersion } from "./program.ts";
import { rememberLines } from "./remembered.ts";

/** Every setting of one host, as `ssh -G` prints them: lower-case names, each with its values in order. */
export type Settings = { by: "ssh" | "app"; all(name: string): string[]; one(name: string): string | null };
export type Resolved = ResolvedHost & { settings: Settings };

const MOST_HOPS = 8;
const DEFAULT_KEYS = ["rsa", "ecdsa", "ecdsa_sk", "ed25519", "ed25519_sk"].map((type) => `~/.ssh/id_${type}`);

export type SshConfig = ReturnType<typeof createSshConfig>;

/** ~/.ssh/config as the ssh command reads it: by the ssh command itself where there is one. */
export function createSshConfig({ home = homedir(), find = sshVersion }: { home?: string; /** The ssh program's version; null: there is none. */ find?: () => Promise<string | null> } = {}) {
  const path = join(home, ".ssh", "config");
  let version: Promise<string | null> | undefined;
  const linesOf = rememberLines({ home, ask: askProgram });

  async function hosts() {
    const { hosts: found } = await readConfig(path, home);
    const seen = new Set<string>();
    return found.filter(({ alias }) => !seen.has(alias) && seen.add(alias));
  }

  /** The settings for a name, be it a Host of the file or an address. */
  async function settingsOf(name: string): Promise<Settings> {
    const read = await readConfig(path, home);
    if (!(await (version ??= find()))) return byApp(read.text, name);
    const lines = await linesOf(name);
    const all = (wanted: string) => lines.flatMap(([key, value]) => (key === wanted ? value : []));
    return { by: "ssh", all, one: (wanted) => all(wanted)[0] ?? null };
  }

  async function askProgram(name: string): Promise<[string, string][]> {
    // ssh looks in the home of the password file; an environment that says otherwise is told to it.
    const file = home === userInfo().homedir ? [] : ["-F", existsSync(path) ? path : "none"];
    const { code, stdout, stderr } = await runSsh([...file, "-G", "--", name]);
    if (code !== 0) throw fail("SSH_CONFIG_REFUSED", { host: name, why: (stderr.trim().split("\n")[0] ?? "ssh refused it").replace(/\.$/, "") }, { detail: stderr });
    return stdout.split("\n").map((line) => [line.split(" ", 1)[0]!.toLowerCase(), line.slice(line.indexOf(" ") + 1).trim()]);
  }

  async function resolve(alias: string, depth = 0): Promise<Resolved> {
    const settings = await settingsOf(alias);
    const user = settings.one("user") ?? userInfo().username;
    const place = { user, address: (settings.one("hostname") ?? alias).replaceAll("%h", alias), port: Number(settings.one("port") ?? 22) };
    const shaped = hopShape.safeParse(place);
    if (!shaped.success) throw fail("SSH_CONFIG_REFUSED", { host: alias, why: `${place.user}@${place.address}, port ${place.port} is not a login` });
    const { jumps, needs } = await jumpsOf(settings, alias, depth);
    const identityFiles = identityFilesOf(settings);
    return { ...shaped.data, alias, jumps, identityFiles, identitiesOnly: isYes(settings, "identitiesonly"), needs: [...(await needsOf(settings)), ...needs], by: settings.by, settings };
  }

  /** "a,b": through a, then b; each may be a Host of the file, and the first may have jumps of its own. */
  async function jumpsOf(settings: Settings, alias: string, depth: number): Promise<{ jumps: Hop[]; needs: string[] }> {
    const text = settings.one("proxyjump");
    if (!text || text === "none") return { jumps: [], needs: [] };
    if (depth >= MOST_HOPS) throw fail("SSH_CONFIG_REFUSED", { host: alias, why: "its ProxyJump goes round in a circle" });
    const [jumps, needs]: [Hop[], string[]] = [[], []];
    for (const [index, word] of text.split(",").entries()) {
      const [, user, host, port] = /^(?:ssh:\/\/)?(?:(.*)@)?(\[[^\]]+\]|[^:]+)(?::(\d+))?\/?$/.exec(word.trim()) ?? [];
      if (!host || host.startsWith("-")) throw fail("SSH_CONFIG_REFUSED", { host: alias, why: `${word} is not a jump host` });
      const found = await resolve(host.replace(/^\[|\]$/g, ""), depth + 1);
      if (index === 0) jumps.push(...found.jumps);
      needs.push(...found.needs.map((what) => `${what} for ${host}`));
      jumps.push(hopShape.parse({ user: user ?? found.user, address: found.address, port: port ? Number(port) : found.port }));
    }
    if (jumps.length > MOST_HOPS) throw fail("SSH_CONFIG_REFUSED", { host: alias, why: `its way has more than ${MOST_HOPS} hosts` });
    return { jumps, needs };
  }

  return { hosts, resolve, settingsOf, path };
}

/** Without the ssh program: the same rules but Match exec, which is not run. */
function byApp(text: string, name: string): Settings {
  const computed = SSHConfig.parse(text).compute(name, { ignoreCase: true, matchExec: false } as never) as Record<string, string | string[]>;
  const entries = Object.entries(computed).map(([key, value]): [string, string[]] => [key.toLowerCase(), [value].flat()]);
  const all = (wanted: string) => entries.flatMap(([key, values]) => (key === wanted ? values : []));
  return { by: "app", all, one: (wanted) => all(wanted)[0] ?? null };
}

export function identityFilesOf(settings: Settings): string[] {
  const files = settings.all("identityfile").filter((file) => file !== "none");
  return files.length > 0 ? files : DEFAULT_KEYS;
}

export const isYes = (settings: Settings, name: string) => /^(yes|true)$/.test(settings.one(name) ?? "");
const isSet = (value: string | null): value is string => value !== null && value !== "none" && value !== "";

/** What the built-in client cannot do, where this host asks for it. */
async function needsOf(settings: Settings): Promise<string[]> {
  const needs: string[] = [];
  if (isSet(settings.one("proxycommand"))) needs.push("a ProxyCommand");
  if (isSet(settings.one("knownhostscommand"))) needs.push("a KnownHostsCommand");
  if (isSet(settings.one("pkcs11provider"))) needs.push("a PKCS#11 token");
  const files = identityFilesOf(settings);
  const certificates = [...settings.all("certificatefile"), ...files.map((file) => `${file.replace(/\.pub$/, "")}-cert.pub`)];
  if (certificates.some((file) => existsSync(wholePath(file)))) needs.push("an SSH certificate");
  const keys = await Promise.all(files.map((file) => readKeyFile(file).catch(() => null)));
  if (keys.some((key) => key && "hardware" in key)) needs.push("a hardware key");
  return needs;
}
