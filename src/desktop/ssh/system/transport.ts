import { spawn } from "node:child_process";
import { once } from "node:events";
import { createConnection } from "node:net";
import { join } from "node:path";
import { Duplex } from "node:stream";
import { pipeline } from "node:stream/promises";
import { fail } from "@aeroplane/agent/contract";
import { commandLine } from "../quote.ts";
import type { ExecOptions, ExecResult, Transport } from "../transport.ts";
import { runSsh } from "../config/program.ts";
import { endMaster, type Master } from "./master.ts";

type Options = { master: Master; control: string; folder: string; address: string; onClosed: () => Promise<void> };

/** A signed-in ssh program as a transport: commands and sockets go through its control socket. */
export function systemTransport({ master, control, folder, address, onClosed }: Options): Transport {
  // Only ever through the control socket: without it ssh would connect anew by itself.
  const through = ["-F", "none", "-S", control, "-o", "ControlMaster=no", "-o", "ProxyCommand=false", "-o", "BatchMode=yes"];
  const forwards = new Map<string, Promise<string>>();
  const closed = new Promise<string>((resolve) => {
    const gone = () => void onClosed().finally(() => resolve(lastWords(master)));
    if (master.child.exitCode !== null || master.child.signalCode !== null) gone();
    else master.child.once("exit", gone);
  });

  /** The far socket as one in the private folder; made once. */
  function forwarded(path: string): Promise<string> {
    const known = forwards.get(path);
    if (known) return known;
    const local = join(folder, `s${forwards.size}`);
    const made = runSsh([...through, "-O", "forward", "-L", `${local}:${path}`, "aeroplane"]).then(({ code, stderr }) => {
      if (code === 0) return local;
      throw new Error(stderr.trim() || "ssh does not forward.");
    });
    made.catch(() => forwards.delete(path));
    forwards.set(path, made);
    return made;
  }

  async function openSocket(path: string): Promise<Duplex> {
    const local = await forwarded(path);
    return new Promise((resolve, reject) => {
      const socket = createConnection(local);
      socket.once("connect", () => (socket.off("error", reject), resolve(socket)));
      socket.once("error", reject);
    });
  }

  const run = (argv: readonly string[]) => spawn("ssh", [...through, "-T", "--", "aeroplane", commandLine(argv)], { stdio: ["pipe", "pipe", "pipe"] });

  async function openCommand(argv: readonly string[]): Promise<{ stream: Duplex; errors: () => string }> {
    const child = run(argv);
    let errors = "";
    child.stderr.on("data", (chunk: Buffer) => (errors = `${errors}${chunk.toString("utf8")}`.slice(-4000)));
    await once(child, "spawn");
    const stream = Duplex.from({ readable: child.stdout, writable: child.stdin });
    stream.once("close", () => child.kill());
    return { stream, errors: () => errors };
  }

  async function exec(argv: readonly string[], { stdin, signal, onOutput }: ExecOptions = {}): Promise<ExecResult> {
    signal?.throwIfAborted();
    const child = run(argv);
    const [stdout, stderr]: [Buffer[], Buffer[]] = [[], []];
    for (const [stream, into] of [[child.stdout, stdout], [child.stderr, stderr]] as const) {
      stream.on("data", (chunk: Buffer) => (into.push(chunk), onOutput?.(chunk)));
    }
    // The far end may close its input early; the exit code tells the story.
    child.stdin.on("error", () => {});
    if (stdin === undefined || typeof stdin === "string") child.stdin.end(stdin);
    else pipeline(stdin, child.stdin).catch(() => child.stdin.destroy());
    const ended = new Promise<number | null>((resolve, reject) => child.once("error", reject).once("close", resolve));
    const cancelled = new Promise<never>((_resolve, reject) => {
      signal?.addEventListener("abort", () => (child.kill(), reject(signal.reason)), { once: true });
    });
    const code = await Promise.race([ended, cancelled]);
    const text = (chunks: Buffer[]) => Buffer.concat(chunks).toString("utf8");
    // ssh's own 255 cannot be told from the command's, but for a master that is gone.
    if (code === 255 && master.child.exitCode !== null) throw fail("SERVER_OFFLINE", { server: address }, { detail: text(stderr).slice(-1000) });
    return { code, stdout: text(stdout), stderr: text(stderr) };
  }

  return { openSocket, openCommand, exec, closed, close: () => endMaster(master) };
}

function lastWords(master: Master): string {
  const lines = master.said().stderr.split("\n").filter((line) => line.trim() && !line.startsWith("debug"));
  return lines.at(-1) ?? "The connection was closed.";
}
