import { spawn } from "node:child_process";
import { connect } from "node:net";
import type { Duplex } from "node:stream";
import { feed } from "../ssh/input.ts";
import { createOutput } from "../ssh/output.ts";
import type { ExecOptions, ExecResult, Transport } from "../ssh/transport.ts";

/** This machine, seen as a server that needs no SSH. */
export function localTransport(): Transport {
  let end: (reason: string) => void;
  const closed = new Promise<string>((resolve) => (end = resolve));
  return { openSocket, exec, closed, close: () => end("Closed.") };
}

export function openSocket(path: string): Promise<Duplex> {
  return new Promise((resolve, reject) => {
    const socket = connect(path);
    socket.once("connect", () => resolve(socket));
    socket.once("error", reject);
  });
}

function exec([program, ...args]: readonly string[], { stdin, signal, onOutput }: ExecOptions = {}): Promise<ExecResult> {
  return new Promise((resolve, reject) => {
    const child = spawn(program!, args, { stdio: ["pipe", "pipe", "pipe"], signal, cwd: "/" });
    const output = createOutput({ address: "This machine", onOutput });
    output.listen(child.stdout, "stdout");
    output.listen(child.stderr, "stderr");
    output.tooMuch.catch((error: unknown) => {
      child.kill();
      reject(error);
    });
    child.on("error", reject);
    child.on("close", (code) => resolve({ code, stdout: output.text("stdout"), stderr: output.text("stderr") }));
    child.stdin.on("error", () => {});
    feed(stdin, child.stdin).catch((error: unknown) => {
      child.kill();
      reject(error);
    });
  });
}
