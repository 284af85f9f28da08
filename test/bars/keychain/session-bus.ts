// A session bus and a gnome-keyring of our own, as a desktop has them; locked, unlocked, stopped as wanted.
import { execFile, spawn, type ChildProcess } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { until } from "../../world/wait.ts";

const execute = promisify(execFile);
export const hasKeyring = ["/usr/bin/dbus-daemon", "/usr/bin/gnome-keyring-daemon", "/usr/bin/gdbus"].every((path) => existsSync(path));

export type SessionBus = Awaited<ReturnType<typeof startSessionBus>>;

export async function startSessionBus(home: string) {
  const run = join(home, "run");
  await mkdir(run, { recursive: true, mode: 0o700 });
  const base = { PATH: process.env.PATH, HOME: home, XDG_RUNTIME_DIR: run, XDG_DATA_HOME: join(home, "data") };
  await writeFile(join(run, "bus.conf"), busConfig(run));
  const bus = spawn("dbus-daemon", [`--config-file=${join(run, "bus.conf")}`, "--nofork", "--nopidfile", "--print-address=1"], { env: base, stdio: ["ignore", "pipe", "ignore"] });
  const address = await new Promise<string>((resolve, reject) => {
    bus.stdout.setEncoding("utf8").once("data", (text: string) => resolve(text.trim()));
    bus.once("error", reject);
    bus.once("exit", (code) => reject(new Error(`dbus-daemon ended with ${code}`)));
  });
  const env = { ...base, DBUS_SESSION_BUS_ADDRESS: address };
  const call = (to: string, path: string, method: string, ...words: string[]) =>
    execute("gdbus", ["call", "--session", "--timeout", "60", "--dest", to, "--object-path", path, "--method", method, ...words], { env });
  let daemon: ChildProcess | undefined;

  /** The same keyring, opened with its passphrase as at a login; a locked one before it gives way. */
  async function unlock(): Promise<void> {
    await end(daemon);
    daemon = spawn("gnome-keyring-daemon", ["--foreground", "--unlock", "--components=secrets"], { env, stdio: ["pipe", "ignore", "ignore"] });
    daemon.stdin!.end("the login passphrase");
    const isLocked = () => call("org.freedesktop.secrets", COLLECTION, "org.freedesktop.DBus.Properties.Get", "org.freedesktop.Secret.Collection", "Locked");
    await until("the unlocked keyring", async () => (await isLocked()).stdout.includes("false"), { within: 60_000, every: 50 });
  }

  async function lock(): Promise<void> {
    await call("org.freedesktop.secrets", "/org/freedesktop/secrets", "org.freedesktop.Secret.Service.Lock", `['${COLLECTION}']`);
  }

  return {
    env,
    unlock,
    lock,
    signal: (name: "SIGSTOP" | "SIGCONT") => void daemon?.kill(name),
    async stop() {
      daemon?.kill("SIGCONT");
      await end(daemon);
      await end(bus);
    },
  };
}

function end(child: ChildProcess | undefined): Promise<void> {
  return new Promise((resolve) => {
    if (!child || child.exitCode !== null || child.signalCode !== null) return resolve();
    child.once("exit", () => resolve());
    child.kill("SIGTERM");
  });
}

const COLLECTION = "/org/freedesktop/secrets/collection/login";

/** Nobody is started by being asked for: a second, locked daemon would take the name of the one that is wanted. */
const busConfig = (run: string) => `<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN" "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>session</type>
  <listen>unix:path=${run}/bus</listen>
  <auth>EXTERNAL</auth>
  <policy context="default"><allow send_destination="*"/><allow receive_sender="*"/><allow own="*"/></policy>
</busconfig>
`;
