import { spawn, type ChildProcess } from "node:child_process";
import { existsSync } from "node:fs";
import { homedir, userInfo } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { fail } from "@aeroplane/agent/contract";
import type { ServerLogin } from "../../../contract/index.ts";
import { hostName } from "../known-hosts.ts";

export type Master = {
  child: ChildProcess;
  /** Everything that it said, and the key that the last host on the way showed. */
  said(): { stderr: string; hostKey: { type: string; fingerprint: string } | null };
};

export type MasterOptions = {
  login: ServerLogin;
  /** The control socket, through which everything after goes. */
  control: string;
  env: Record<string, string>;
  /** False: a host that is not known is refused without a question. */
  mayAsk: boolean;
  /** Nothing is kept that could answer either: ssh asks nothing at all. */
  batch: boolean;
  home?: string;
  onHandshake?: () => void;
};

const SECONDS = 20;

/** `ssh -M -N`: one signed-in connection that waits on a control socket. Fixed options; the login is in words of their own. */
export function startMaster({ login, control, env, mayAsk, batch, home = homedir(), onHandshake }: MasterOptions): Master {
  const child = spawn("ssh", ["-M", "-N", ...masterArguments({ login, control, mayAsk, batch, home })], {
    // A group of its own, so that what it starts (ProxyCommand, the question program) goes with it.
    detached: true,
    stdio: ["ignore", "ignore", "pipe"],
    env: { ...process.env, ...env },
  });
  let stderr = "";
  let hostKey: { type: string; fingerprint: string } | null = null;
  child.stderr!.setEncoding("utf8").on("data", (text: string) => {
    stderr = `${stderr}${text}`.slice(-60_000);
    for (const [, type, fingerprint] of text.matchAll(/^debug1: Server host key: (\S+) (SHA256:\S+)/gm)) {
      hostKey = { type: type!, fingerprint: fingerprint! };
      onHandshake?.();
    }
  });
  child.on("error", (error) => (stderr += `\n${error.message}`));
  return { child, said: () => ({ stderr, hostKey }) };
}

export function masterArguments({ login, control, mayAsk, batch, home }: Pick<MasterOptions, "login" | "control" | "mayAsk" | "batch"> & { home: string }): string[] {
  const { alias, user, address, port, jumps, auth } = login;
  const config = join(home, ".ssh", "config");
  // ssh looks in the home of the password file; an environment that says otherwise is told to it.
  const elsewhere = home === userInfo().homedir ? [] : ["-F", existsSync(config) ? config : "none", ...option("UserKnownHostsFile", join(home, ".ssh", "known_hosts"))];
  return [
    ...elsewhere,
    ...["-S", control, ...option("ControlPersist", "no"), ...option("ConnectTimeout", String(SECONDS)), ...option("LogLevel", "DEBUG1")],
    ...[...option("ServerAliveInterval", "10"), ...option("ServerAliveCountMax", "3"), ...option("RequestTTY", "no"), ...option("PermitLocalCommand", "no")],
    ...[...option("ForwardAgent", "no"), ...option("ForwardX11", "no"), ...option("ClearAllForwardings", "yes"), ...option("RemoteCommand", "none"), ...option("UpdateHostKeys", "no")],
    ...[...option("NumberOfPasswordPrompts", "1"), ...option("StrictHostKeyChecking", mayAsk ? "ask" : "yes"), ...option("BatchMode", batch ? "yes" : "no")],
    ...[...option("User", user), ...option("Port", String(port))],
    ...(auth.type === "key" ? ["-i", auth.path, ...option("IdentitiesOnly", "yes")] : []),
    ...(auth.type === "password" || auth.type === "questions" ? option("PubkeyAuthentication", "no") : []),
    ...(alias === null && jumps.length > 0 ? ["-J", jumps.map((hop) => `${hop.user}@${hostName(hop.address, hop.port)}`).join(",")] : []),
    // A picked host is reached as its own lines in ~/.ssh/config say.
    ...["--", alias ?? address],
  ];
}

const option = (name: string, value: string) => ["-o", `${name}=${value}`];

/** Until the control socket stands, which ssh makes once it is signed in; false when ssh ended before. */
export async function untilSignedIn({ child }: Master, control: string, signal?: AbortSignal): Promise<boolean> {
  while (child.exitCode === null && child.signalCode === null) {
    if (existsSync(control)) return true;
    await pause(50, undefined, { signal });
  }
  return false;
}

/** With everything that it started. */
export function endMaster({ child }: Master): void {
  if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return;
  try {
    process.kill(-child.pid, "SIGTERM");
  } catch {
    child.kill();
  }
}

/** ssh takes an argument without a length, and a path that begins with a dash would be read as an option. */
export function requirePlainPath(path: string): void {
  if (path.startsWith("-")) throw fail("KEY_UNREADABLE", { path, why: "its name begins with a dash" });
}
