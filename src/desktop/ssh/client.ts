import type { Duplex } from "node:stream";
import { NodeSSH } from "node-ssh";
import type { Client, ClientChannel } from "ssh2";
import { fail } from "@aeroplane/agent/contract";
import { asSocket } from "./socket.ts";
import { commandLine } from "./quote.ts";
import type { ExecOptions, ExecResult, Transport } from "./transport.ts";

/** A signed-in connection as a transport. */
export function sshTransport(client: Client, { address }: { address: string }): Transport {
  const shell = new NodeSSH();
  shell.connection = client;
  const closed = new Promise<string>((resolve) => {
    let reason = "The connection was closed.";
    client.on("error", (error) => (reason = error.message));
    // A cut network shows as a close without an error.
    client.on("close", () => resolve(reason));
  });

  let hurried = false;
  /**
   * sshd holds small packets back (Nagle) until a session has begun: the words of an upload that say what was taken would
   * come 40 ms late. One that ends at once is enough; where none may begin it goes as before.
   */
  function hurry(): void {
    if (hurried) return;
    hurried = true;
    client.exec("true", (_error, channel) => channel?.on("error", () => {}).resume());
  }

  function openSocket(path: string): Promise<Duplex> {
    hurry();
    return new Promise((resolve, reject) => {
      // sshd says the same of a socket that is not there and of one that it may not open.
      client.openssh_forwardOutStreamLocal(path, (error, channel) => (error ? reject(error) : resolve(asSocket(channel))));
    });
  }

  function openCommand(argv: readonly string[]): Promise<{ stream: Duplex; errors: () => string }> {
    return new Promise((resolve, reject) => {
      client.exec(commandLine(argv), (error, channel) => {
        if (error) return reject(error);
        let errors = "";
        channel.stderr.on("data", (chunk: Buffer) => (errors = `${errors}${chunk.toString("utf8")}`.slice(-4000)));
        resolve({ stream: asSocket(channel), errors: () => errors });
      });
    });
  }

  async function exec(argv: readonly string[], { stdin, signal, onOutput }: ExecOptions = {}): Promise<ExecResult> {
    signal?.throwIfAborted();
    let channel: ClientChannel | undefined;
    const end = () => {
      channel?.signal("TERM");
      channel?.close();
    };
    const onChannel = (opened: ClientChannel) => {
      channel = opened;
      // The far end may close its input early; the exit code tells the story.
      channel.on("error", () => {});
      if (signal?.aborted) end();
    };
    const cancelled = new Promise<never>((_resolve, reject) => {
      signal?.addEventListener("abort", () => (end(), reject(signal.reason)), { once: true });
    });
    const run = shell.execCommand(commandLine(argv), { stdin, noTrim: true, onChannel, onStdout: onOutput, onStderr: onOutput });
    // A cancelled one is not waited for: the far end may be silent.
    const { code, signal: killedBy, stdout, stderr } = await Promise.race([run, cancelled]);
    // Neither an exit code nor a signal: the connection went away under it.
    if (code === null && killedBy === null) throw fail("SERVER_OFFLINE", { server: address }, { detail: stderr.slice(-1000) });
    return { code, stdout, stderr };
  }

  return { openSocket, openCommand, exec, closed, close: () => client.end() };
}
