// Every kind of key that a person may have, made by OpenSSH's own tools; and an agent that holds some of them.
import { execFileSync, spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { until } from "../../world/wait.ts";

export const PASSPHRASE = "correct horse";
export type Keys = Record<"plain" | "locked" | "pem" | "agent" | "certified" | "stranger" | "authority", string>;

export function makeKeys(folder: string, user: string): Keys {
  const path = (name: string) => join(folder, name);
  const make = (name: string, ...more: string[]) => execFileSync("ssh-keygen", ["-q", "-C", name, "-f", path(name), ...more]);
  for (const name of ["plain", "agent", "certified", "stranger", "authority"]) make(name, "-t", "ed25519", "-N", "");
  make("locked", "-t", "ed25519", "-N", PASSPHRASE);
  make("pem", "-t", "rsa", "-b", "2048", "-m", "PEM", "-N", PASSPHRASE);
  execFileSync("ssh-keygen", ["-q", "-s", path("authority"), "-I", "bar", "-n", user, path("certified.pub")]);
  return Object.fromEntries(["plain", "locked", "pem", "agent", "certified", "stranger", "authority"].map((name) => [name, path(name)])) as Keys;
}

export const publicOf = (path: string) => readFileSync(`${path}.pub`, "utf8");

/** An ssh-agent with these keys; the environment of this process names it until it is stopped. */
export async function startAgent(folder: string, name: string, keys: string[]): Promise<{ socket: string; stop(): void }> {
  const socket = join(folder, `${name}.sock`);
  const child = spawn("ssh-agent", ["-D", "-a", socket], { stdio: "ignore" });
  const env = { ...process.env, SSH_AUTH_SOCK: socket };
  await until(`the ssh-agent ${name}`, async () => {
    try {
      execFileSync("ssh-add", keys.length > 0 ? ["-q", ...keys] : ["-D"], { env, stdio: "ignore" });
      return true;
    } catch {
      return false;
    }
  }, { within: 10_000, every: 50 });
  return { socket, stop: () => void child.kill() };
}
