import { spawn } from "node:child_process";
import { once } from "node:events";
import { createConnection } from "node:net";
import { join } from "node:path";
import { Duplex } from "node:stream";
import { fail } from "@aeroplane/agent/contract";
import { feed } from "../input.ts";
import { createOutput } from "../output.ts";
import { plainSh } from "../plain-sh.ts";
import type { ExecOptions, ExecResult, Transport } from "../transport.ts";
import { runSsh } from "../config/program.ts";
import { createSessions } from "../sessions.ts";
import { endMaster, type Master } from "./master.ts";

type Options = { master: Master; control: string; folder: string; address: string; onClosed: () => Promise<void> };

/** A signed-in ssh program as a transport: commands and sockets go through its control socket. */
export function systemTransport({ master, control, folder, address, onClosed }: Options): Transport {
  // Only ever through the control socket: without it ssh would connect anew by itself.
  const through = ["-F", "none", "-S", control, "-o", "ControlMaster=no", "-o", "ProxyCommand=false", "-o", "BatchMode=yes"];
  const sessions = createSessions({ address });
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
      socket.once("connect", () => (socket.off("error", reject).on("error", () => {}), resolve(socket)));
      socket.once("error", reject);
    });
  }

  const run = (argv: readonly string[]) => {
    const { line, head } = plainSh(argv);
    const child = spawn("ssh", [...through, "-T", "--", "aeroplane", line], { stdio: ["pipe", "pipe", "pipe"] });
    // The far end may close its input early; the exit code tells the story.
    child.stdin.on("error", () => {});
    if (head !== "") child.stdin.write(head);
    return child;
  };

  async function openCommand(argv: readonly string[]): Promise<{ stream: Duplex; errors: () => string }> {
    const child = run(argv);
    let errors = "";
    child.stderr.on("data", (chunk: Buffer) => (errors = `${errors}${chunk.toString("utf8")}`.slice(-4000)));
    await once(child, "spawn");
    const stream = Duplex.from({ readable: child.stdout, writable: child.stdin });
    stream.once("close", () => child.kill());
    return { stream, errors: () => errors };
  }

  /** ssh says it like any error of its own. What came from a stream is gone, and cannot be sent a second time. */
  function refuseSession(text: string, stdin: ExecOptions["stdin"]): void {
    if (!/session request failed|Session open refused/.test(text)) return;
    if (stdin !== undefined && typeof stdin !== "string") throw fail("SSH_SESSIONS_REFUSED", { address }, { detail: text.slice(-1000) });
    throw new Error(text.trim());
  }

  const exec: Transport["exec"] = (argv, options = {}) => sessions.run(() => execOnce(argv, options), options.signal);

  async function execOnce(argv: readonly string[], { stdin, signal, onOutput }: ExecOptions): Promise<ExecResult> {
    signal?.throwIfAborted();
    const child = run(argv);
    const output = createOutput({ address, onOutput });
    output.listen(child.stdout, "stdout");
    output.listen(child.stderr, "stderr");
    const fed = feed(stdin, child.stdin);
    fed.catch(() => child.kill());
    const ended = new Promise<number | null>((resolve, reject) => child.once("error", reject).once("close", resolve));
    const cancelled = new Promise<never>((_resolve, reject) => {
      signal?.addEventListener("abort", () => (child.kill(), reject(signal.reason)), { once: true });
    });
    const tooMuch = output.tooMuch.catch((error: unknown) => {
      child.kill();
      throw error;
    });
    const code = await Promise.race([ended, fed.then(() => ended), cancelled, tooMuch]);
    // ssh's own 255 cannot be told from the command's, but for a master that is gone.
    if (code === 255 && master.child.exitCode !== null) throw fail("SERVER_OFFLINE", { server: address }, { detail: output.text("stderr").slice(-1000) });
    if (code === 255) refuseSession(output.text("stderr"), stdin);
    return { code, stdout: output.text("stdout"), stderr: output.text("stderr") };
  }

  return { openSocket, openCommand, exec, closed, close: () => endMaster(master) };
}

function lastWords(master: Master): string {
  const lines = master.said().stderr.split("\n").filter((line) => line.trim() && !line.startsWith("debug"));
  return lines.at(-1) ?? "The connection was closed.";
}
