// What can be reached on a server, seen from different users; by the Node that came with the agent, because nothing else is there.
import type { CommandResult } from "../../world/command.ts";

/** A server of the world, or this machine. */
export type Machine = {
  exec(argv: readonly string[]): Promise<string>;
  tryExec(argv: readonly string[], options?: { user?: string }): Promise<CommandResult>;
};

export type SocketFile = { path: string; mode: string; owner: string };

/** Every TCP listener, as "address:port program"; with `pids`, those of these processes alone. */
export async function listeners(server: Machine, pids?: ReadonlySet<number>): Promise<string[]> {
  const text = await server.exec(["ss", "-Hltnp"]);
  const wanted = (line: string) => !pids || [...line.matchAll(/pid=(\d+)/g)].some((match) => pids.has(Number(match[1])));
  const lines = text.split("\n").filter((line) => line !== "" && wanted(line)).map((line) => {
    const words = line.trim().split(/\s+/);
    // systemd, or a shell of ours, has Caddy's port too: it keeps it open.
    const programs = [...line.matchAll(/\("([^"]+)"/g)].map((match) => match[1]!);
    const program = programs.includes("caddy") ? "caddy" : (programs[0] ?? "(kernel)");
    return `${words[3]} ${program}`;
  });
  return [...new Set(lines)].sort();
}

/** Every unix socket file under those folders. */
export async function socketFiles(server: Machine, folders: readonly string[]): Promise<SocketFile[]> {
  // What a loop of the agent takes away while it is looked at is complained of, and no socket.
  const { stdout, stderr } = await server.tryExec(["find", ...folders, "-ignore_readdir_race", "-type", "s", "-printf", "%m %u %p\n"]);
  const complaints = stderr.split("\n").filter((line) => line !== "" && !line.includes("No such file or directory"));
  if (complaints.length > 0) throw new Error(complaints.join("; "));
  return stdout.split("\n").filter(Boolean).map((line) => {
    const [mode = "", owner = "", path = ""] = line.split(" ");
    return { path, mode, owner };
  });
}

const CONNECT = `
const socket = require("node:net").connect(process.argv[1]);
socket.on("connect", () => { console.log("connected"); process.exit() });
socket.on("error", (error) => { console.log(error.code); process.exit() });
`;

/** "connected", or the code that the system refused with. */
export async function tryConnect(server: Machine, node: string, path: string, as: string): Promise<string> {
  const prefix = /^\d+$/.test(as) ? ["setpriv", `--reuid=${as}`, `--regid=${as}`, "--clear-groups"] : [];
  const { stdout, stderr } = await server.tryExec([...prefix, node, "-e", CONNECT, path], prefix.length > 0 ? {} : { user: as });
  return stdout.trim() || stderr.trim().slice(0, 200);
}

/** The same from inside a container of the server's own Docker, whose image has a Node. */
export async function tryFromContainer(server: Machine, container: string, path: string): Promise<string> {
  const { stdout, stderr } = await server.tryExec(["docker", "exec", "--user", "0", container, "node", "-e", CONNECT, path]);
  return stdout.trim() || stderr.trim().slice(0, 200);
}
