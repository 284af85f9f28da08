import { spawn } from "node:child_process";
import { connect } from "node:net";
import type { Duplex } from "node:stream";
import { pipeline } from "node:stream/promises";
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
    let stdout = "";
    let stderr = "";
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      stdout += text;
      onOutput?.(Buffer.from(text));
    });
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      stderr += text;
      onOutput?.(Buffer.from(text));
    });
    child.on("error", reject);
    child.on("close", (code) => resolve({ code, stdout, stderr }));
    child.stdin.on("error", () => {});
    if (stdin === undefined || typeof stdin === "string") child.stdin.end(stdin);
    else pipeline(stdin, child.stdin).catch(reject);
  });
}
