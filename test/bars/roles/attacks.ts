// What a viewer's key is tried for besides the agent. Each attempt answers what it got; "nothing" is what it must get.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { connect } from "node:net";
import { join } from "node:path";
import { freePort } from "../../world/git/server.ts";
import type { Server } from "../../world/server.ts";
import { until } from "../../world/wait.ts";
import type { Intruder } from "./keys.ts";

export type Attempt = { name: string; got: () => Promise<string> };
type Place = { server: Server; intruder: Intruder; folder: string; gateway: string };

/** A mark that only something on the server could have made: a sum that is not in the command. */
const MARK = "echo $((6*7))-was-run > /tmp/intruder; id";
const ran = (text: string) => /uid=|42-was-run|\$ $/.test(text);

export function attempts({ server, intruder, folder, gateway }: Place): Attempt[] {
  const { ssh, run, options, at } = intruder;
  const local = (name: string) => join(folder, name);
  const output = async (asked: ReturnType<typeof ssh>) => {
    const { stdout, stderr } = await asked;
    return ran(stdout + stderr) ? `it ran: ${(stdout + stderr).slice(0, 200)}` : "nothing";
  };
  const copied = async (path: string, asked: ReturnType<typeof run>) => ((await asked).code === 0 || existsSync(path) ? "a copy" : "nothing");
  const commands: [string, string[], string[]][] = [
    ["a command", [], [MARK]],
    ["a command with a terminal", ["-tt"], [MARK]],
    ["a command of its own arguments", [], ["--person", "0197a000-0009-7000-8000-000000000001", "--socket", "/run/docker.sock", `;${MARK}`]],
    ["the subsystem of another name", ["-s"], ["shell"]],
  ];
  const hostile = { LC_ALL: `() { :;}; ${MARK}`, LC_X: `$(${MARK})`, LD_PRELOAD: "/lib/x86_64-linux-gnu/libSegFault.so", ENV: "/etc/profile", BASH_ENV: "/etc/profile", PATH: `/tmp:${process.env.PATH}`, NODE_OPTIONS: `--import=data:text/javascript,process.getBuiltinModule("child_process").execSync(${JSON.stringify(MARK)})` };
  return [
    ...commands.map(([name, own, words]): Attempt => ({ name, got: () => output(ssh(own, words)) })),
    { name: "a shell", got: () => output(ssh([], [], { input: `${MARK}\nexit\n` })) },
    { name: "a shell with a terminal", got: () => output(ssh(["-tt"], [], { input: `${MARK}\nexit\n` })) },
    { name: "a terminal", got: async () => ((await ssh(["-tt", "-o", "LogLevel=INFO"], [])).stderr.includes("PTY allocation request failed") ? "nothing" : "a terminal") },
    { name: "environment variables", got: () => output(ssh(["-o", `SendEnv=${Object.keys(hostile).join(" ")}`], ["env"], { env: hostile })) },

    { name: "sftp, a file read", got: () => copied(local("passwd-1"), run(["sftp", ...options, "-b", "-", at], { input: `get /etc/passwd ${local("passwd-1")}\n` })) },
    { name: "sftp, a file written", got: () => copied("", run(["sftp", ...options, "-b", "-", at], { input: `put ${local("bait")} /tmp/intruder\n` })) },
    { name: "scp, a file read", got: () => copied(local("passwd-2"), run(["scp", ...options, `${at}:/etc/passwd`, local("passwd-2")])) },
    { name: "scp, a file read the old way", got: () => copied(local("passwd-3"), run(["scp", "-O", ...options, `${at}:/etc/passwd`, local("passwd-3")])) },
    { name: "scp, a file written the old way", got: () => copied("", run(["scp", "-O", ...options, local("bait"), `${at}:/tmp/intruder`])) },
    { name: "rsync's server", got: () => output(ssh([], ["rsync", "--server", "--sender", "-logDtpre.iLsfxC", ".", "/etc/passwd"])) },

    ...["127.0.0.1:22", `${gateway}:443`, "127.0.0.1:80"].map((target): Attempt => ({
      name: `the port ${target.replace(gateway, "of another host")}`,
      got: async () => {
        const { code, stdout } = await ssh(["-W", target], [], { input: "GET / HTTP/1.0\r\n\r\n" });
        return code === 255 && stdout === "" ? "nothing" : `${code}: ${stdout.slice(0, 80)}`;
      },
    })),
    ...["/run/docker.sock", "/run/aeroplane/root.sock", "/run/aeroplane/.people.sock", "/run/dbus/system_bus_socket", "/var/lib/aeroplane/caddy/run/admin.sock"].map((path, index): Attempt => ({
      name: `the socket ${path}`,
      got: () => forwarded(intruder, ["-L", `${local(`l${index}.sock`)}:${path}`], { path: local(`l${index}.sock`) }),
    })),
    { name: "a SOCKS proxy", got: async () => socks(intruder, await freePort("127.0.0.1")) },
    { name: "a listener on the server", got: () => listener(ssh(["-N", "-o", "ExitOnForwardFailure=yes", "-R", "9922:127.0.0.1:22"])) },
    { name: "a listening socket on the server", got: () => listener(ssh(["-N", "-o", "ExitOnForwardFailure=yes", "-R", "/tmp/intruder.sock:127.0.0.1:22"])) },
    { name: "a tunnel device", got: () => listener(ssh(["-N", "-o", "ExitOnForwardFailure=yes", "-w", "any:any"])) },
    { name: "the ssh-agent, forwarded", got: () => withAgent(intruder, server, folder) },
    { name: "X11, forwarded", got: () => held(intruder, ["-X", "-o", "ForwardX11Trusted=yes"], { DISPLAY: "127.0.0.1:0" }, async () => /:60\d\d /.test(await server.exec(["ss", "-Hltn"])) && "a display") },
    { name: "a password for the login", got: async () => ((await run(["ssh", "-F", "none", "-o", "PubkeyAuthentication=no", "-o", "BatchMode=yes", "-o", "StrictHostKeyChecking=no", "-o", "UserKnownHostsFile=/dev/null", at, MARK])).code === 255 ? "nothing" : "a login") },
    { name: "another login by this key", got: async () => ((await run(["ssh", ...options, at.replace("aeroplane@", "root@"), MARK])).code === 255 ? "nothing" : "a login") },
  ];
}

const listener = async (asked: ReturnType<Intruder["ssh"]>) => {
  const { code, stderr } = await asked;
  return code !== 137 && code !== 0 ? "nothing" : `it stayed: ${stderr.slice(0, 100)}`;
};

/** A connection through a forwarding of the client's: what comes back over it. */
async function forwarded({ options, at }: Intruder, own: string[], to: { path: string } | { port: number; say: Buffer }): Promise<string> {
  const child = spawn("ssh", [...options, "-N", ...own, at], { stdio: "ignore" });
  try {
    const address = "path" in to ? { path: to.path } : { port: to.port, host: "127.0.0.1" };
    const open = () => new Promise<boolean>((resolve) => {
      const socket = connect(address, () => (socket.destroy(), resolve(true)));
      socket.on("error", () => resolve(false));
    });
    await until("the client's own listener", open, { within: 60_000, every: 50 });
    return await new Promise<string>((resolve) => {
      const socket = connect(address, () => socket.write("path" in to ? "GET /_ping HTTP/1.0\r\n\r\n" : to.say));
      let got = "";
      socket.on("data", (chunk) => (got += chunk.toString("latin1")));
      socket.on("error", () => {});
      socket.on("close", () => resolve(got === "" ? "nothing" : got));
      setTimeout(() => socket.destroy(), 3000);
    });
  } finally {
    child.kill("SIGKILL");
  }
}

/** SOCKS 5: the greeting is the client's own to answer, the connection behind it is the server's. */
async function socks(intruder: Intruder, port: number): Promise<string> {
  const asked = Buffer.from([5, 1, 0, 5, 1, 0, 1, 127, 0, 0, 1, 0, 22]);
  const got = await forwarded(intruder, ["-D", `127.0.0.1:${port}`], { port, say: asked });
  return got.includes("SSH-") || got.charCodeAt(3) === 0 ? `a connection: ${JSON.stringify(got)}` : "nothing";
}

/** A session that stays open while the server is looked at: what it says first tells that it runs. */
async function held({ options, at }: Intruder, own: string[], env: Record<string, string>, look: () => Promise<string | false>): Promise<string> {
  const child = spawn("ssh", [...options, ...own, at, "echo ready; sleep 30"], { stdio: ["pipe", "pipe", "ignore"], env: { ...process.env, ...env } });
  try {
    await Promise.race([once(child.stdout, "data"), once(child, "exit").then(() => Promise.reject(new Error("the session ended at once")))]);
    return (await look()) || "nothing";
  } finally {
    child.kill("SIGKILL");
  }
}

async function withAgent(intruder: Intruder, server: Server, folder: string): Promise<string> {
  const path = join(folder, "ssh-agent.sock");
  const agent = spawn("ssh-agent", ["-D", "-a", path], { stdio: "ignore" });
  try {
    await until("the ssh-agent", () => existsSync(path), { within: 60_000, every: 20 });
    // Of every version of sshd: under /tmp, or in the home of the login.
    const sockets = async () => (await server.tryExec(["find", "/tmp", "/run", "/root/.ssh", "/var/lib/aeroplane/people", "-type", "s", "-path", "*ssh*"])).stdout.trim();
    const before = await sockets();
    return await held(intruder, ["-A"], { SSH_AUTH_SOCK: path }, async () => (await sockets()) !== before && "an agent on the server");
  } finally {
    agent.kill();
  }
}
