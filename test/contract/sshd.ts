// A real sshd of our own on loopback, for whoever runs the tests; nothing of the machine's own is touched.
import { execFileSync, spawn } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { connect, createServer } from "node:net";
import { userInfo } from "node:os";
import { join } from "node:path";

export type Sshd = { user: string; address: "127.0.0.1"; port: number; keyPath: string; lockedKeyPath: string; passphrase: string; /** Signals the processes behind its connections. */ signal(name: "SIGSTOP" | "SIGCONT"): void; stop(): Promise<void> };

export const hasSshd = existsSync("/usr/sbin/sshd");

export async function startSshd(folder: string, settings: string[] = [], { port = 0, pam }: { port?: number; /** Root alone: a PAM stack of its own, which asks for this word. */ pam?: string } = {}): Promise<Sshd> {
  mkdirSync(folder, { recursive: true });
  // sshd insists on it when root runs it.
  if (process.getuid?.() === 0) mkdirSync("/run/sshd", { recursive: true });
  const file = (name: string) => join(folder, name);
  const passphrase = "correct horse";
  for (const [name, secret] of [["host", ""], ["client", ""], ["locked", passphrase]] as const) {
    if (!existsSync(file(name))) execFileSync("ssh-keygen", ["-q", "-t", "ed25519", "-N", secret, "-C", name, "-f", file(name)]);
  }
  writeFileSync(file("authorized"), readFileSync(file("client.pub"), "utf8") + readFileSync(file("locked.pub"), "utf8"), { mode: 0o600 });
  const chosen = port || (await freePort());
  // sshd takes the first word on each matter.
  const lines = [
    ...settings,
    ...[`ListenAddress 127.0.0.1`, `Port ${chosen}`, `HostKey ${file("host")}`, `PidFile none`, `AuthorizedKeysFile ${file("authorized")}`],
    ...[`StrictModes no`, `UsePAM no`, `PasswordAuthentication no`, `KbdInteractiveAuthentication no`, `PermitRootLogin yes`],
  ];
  writeFileSync(file("config"), `${lines.join("\n")}\n`);
  const command = ["/usr/sbin/sshd", "-D", "-e", "-f", file("config")];
  const [program, ...argv] = pam === undefined ? command : inOwnPam(file, pam, command);
  const child = spawn(program!, argv, { stdio: ["ignore", "ignore", "pipe"] });
  let said = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => (said += text));
  for (let tries = 0; !(await answers(chosen)); tries += 1) {
    if (child.exitCode !== null || tries > 200) throw new Error(`sshd does not run: ${said}`);
    await new Promise((later) => setTimeout(later, 25));
  }
  return {
    user: userInfo().username,
    address: "127.0.0.1",
    port: chosen,
    keyPath: file("client"),
    lockedKeyPath: file("locked"),
    passphrase,
    signal(name) {
      for (const pid of descendants(child.pid!)) {
        try {
          process.kill(pid, name);
        } catch (error) {
          // One of a session that has just ended.
          if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
        }
      }
    },
    async stop() {
      if (child.exitCode !== null) return;
      child.kill();
      await new Promise((gone) => child.once("exit", gone));
    },
  };
}

/** In a mount namespace of its own, where sshd's PAM stack is ours; the machine's stays as it is. */
function inOwnPam(file: (name: string) => string, word: string, command: string[]): string[] {
  writeFileSync(file("ask"), `#!/bin/sh\n[ "$(head -c ${word.length + 1} | tr -d '\\000')" = ${word} ]\n`, { mode: 0o755 });
  writeFileSync(file("pam"), `auth required pam_exec.so quiet expose_authtok ${file("ask")}\nauth required pam_permit.so\naccount required pam_permit.so\nsession required pam_permit.so\n`);
  const script = 'mount --bind "$1" /etc/pam.d/sshd; shift; exec "$@"';
  return ["unshare", "--mount", "--", "sh", "-ec", script, "sh", file("pam"), ...command];
}

function descendants(of: number): number[] {
  const parents = readdirSync("/proc").filter((entry) => /^\d+$/.test(entry)).map((entry): [number, number] => [Number(entry), parentOf(entry)]);
  const below = (pid: number): number[] => parents.filter(([, parent]) => parent === pid).flatMap(([one]) => [one, ...below(one)]);
  return below(of);
}

function parentOf(pid: string): number {
  try {
    return Number(/\) \S (\d+)/.exec(readFileSync(`/proc/${pid}/stat`, "utf8"))?.[1]);
  } catch {
    return 0;
  }
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1");
    socket.once("data", () => (socket.destroy(), resolve(true)));
    socket.once("error", () => resolve(false));
  });
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, "127.0.0.1", () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });
}
