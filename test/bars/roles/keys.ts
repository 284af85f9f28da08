// The keys of the invited, and the real clients of OpenSSH with one of them.
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { attempt, run, type CommandResult } from "../../world/command.ts";

export type Key = { path: string; publicKey: string };

export async function newKey(folder: string, name: string): Promise<Key> {
  const path = join(folder, name);
  await run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", `${name}@elsewhere`, "-f", path]);
  return { path, publicKey: (await readFile(`${path}.pub`, "utf8")).trim() };
}

type More = { input?: string; env?: Record<string, string>; seconds?: number };
export type Intruder = {
  /** What ssh, scp and sftp all take. */
  options: string[];
  at: string;
  /** `ssh OPTIONS aeroplane@SERVER COMMAND`; ended after a while, because a bridge waits for ever. */
  ssh(options: readonly string[], command?: readonly string[], more?: More): Promise<CommandResult>;
  run(argv: readonly string[], more?: More): Promise<CommandResult>;
};

/** As an attacker holds it: this key alone, no configuration, no question. */
export function intruder(address: string, key: Key, user = "aeroplane"): Intruder {
  const settings = ["BatchMode=yes", "IdentitiesOnly=yes", "StrictHostKeyChecking=no", "UserKnownHostsFile=/dev/null", "LogLevel=ERROR", "ConnectTimeout=10"];
  const options = ["-F", "none", "-i", key.path, ...settings.flatMap((one) => ["-o", one])];
  const at = `${user}@${address}`;
  const go = (argv: readonly string[], { input = "", env, seconds = 40 }: More = {}) => attempt(argv, { input, env, timeout: seconds * 1000 });
  return {
    options,
    at,
    ssh: (own, command = [], more) => go(["ssh", ...options, ...own, at, ...command], more),
    run: go,
  };
}
