import { Socket } from "node:net";
import type { Duplex } from "node:stream";
import { NodeSSH } from "node-ssh";
import type { Client, ClientChannel } from "ssh2";
import { fail } from "@aeroplane/agent/contract";
import { commandLine } from "./quote.ts";
import type { ExecOptions, ExecResult, Transport } from "./transport.ts";

const PROHIBITED = 1;

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

  function openSocket(path: string): Promise<Duplex> {
    return new Promise((resolve, reject) => {
      client.openssh_forwardOutStreamLocal(path, (error, channel) => {
        if (!error) return resolve(likeSocket(channel));
        const refused = (error as { reason?: unknown }).reason === PROHIBITED;
        reject(refused ? fail("FORWARDING_REFUSED", { address }, { cause: error, detail: error.message }) : error);
      });
    });
  }

  async function exec(argv: readonly string[], { stdin, signal, onOutput }: ExecOptions = {}): Promise<ExecResult> {
    signal?.throwIfAborted();
    let channel: ClientChannel | undefined;
    const stop = () => {
      channel?.signal("TERM");
      channel?.close();
    };
    signal?.addEventListener("abort", stop);
    try {
      const result = await shell.execCommand(commandLine(argv), {
        stdin,
        noTrim: true,
        onChannel: (opened) => {
          channel = opened;
          // The far end may close its input early; the exit code tells the story.
          channel.on("error", () => {});
        },
        onStdout: onOutput,
        onStderr: onOutput,
      });
      signal?.throwIfAborted();
      return { code: result.code, stdout: result.stdout, stderr: result.stderr };
    } finally {
      signal?.removeEventListener("abort", stop);
    }
  }

  return { openSocket, exec, closed, close: () => client.end() };
}

/** Node's HTTP client calls these on what it believes to be a TCP socket. */
function likeSocket(channel: ClientChannel): Duplex {
  const self = () => channel;
  return Object.assign(channel, { setKeepAlive: self, setNoDelay: self, setTimeout: self, ref: self, unref: self } satisfies Partial<Record<keyof Socket, unknown>>);
}
