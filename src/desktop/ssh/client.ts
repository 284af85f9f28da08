import type { Duplex } from "node:stream";
import type { Client, ClientChannel } from "ssh2";
import { fail } from "@aeroplane/agent/contract";
import { feed } from "./input.ts";
import { createOutput } from "./output.ts";
import { asSocket } from "./socket.ts";
import { plainSh } from "./plain-sh.ts";
import { createSessions } from "./sessions.ts";
import type { ExecOptions, ExecResult, Transport } from "./transport.ts";

/** A signed-in connection as a transport. */
export function sshTransport(client: Client, { address }: { address: string }): Transport {
  const sessions = createSessions({ address });
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
    const { line, head } = plainSh(argv);
    const open = () =>
      new Promise<{ stream: Duplex; errors: () => string }>((resolve, reject) => {
        client.exec(line, (error, channel) => {
          if (error) return reject(error);
          let errors = "";
          channel.stderr.on("data", (chunk: Buffer) => (errors = `${errors}${chunk.toString("utf8")}`.slice(-4000)));
          if (head !== "") channel.write(head);
          resolve({ stream: asSocket(channel), errors: () => errors });
        });
      });
    return sessions.run(open);
  }

  /** Its end is listened for before anything else runs: the answer of a command that is quick comes in the same packet. */
  function openChannel(line: string): Promise<{ channel: ClientChannel; end: ReturnType<typeof ended> }> {
    return new Promise((resolve, reject) => client.exec(line, (error, channel) => (error ? reject(error) : resolve({ channel, end: ended(channel) }))));
  }

  async function exec(argv: readonly string[], { stdin, signal, onOutput }: ExecOptions = {}): Promise<ExecResult> {
    signal?.throwIfAborted();
    const output = createOutput({ address, onOutput });
    const over = new AbortController();
    const cancelled = new Promise<never>((_resolve, reject) => {
      signal?.addEventListener("abort", () => reject(signal.reason), { once: true, signal: over.signal });
    });
    cancelled.catch(() => {});
    const { line, head } = plainSh(argv);
    let stop = () => {};
    const run = async () => {
      const opening = openChannel(line);
      stop = () => void opening.then(({ channel }) => (channel.signal("TERM"), channel.close()), () => {});
      const { channel, end } = await opening;
      // The far end may close its input early; the exit code tells the story.
      channel.on("error", () => {});
      output.listen(channel, "stdout");
      output.listen(channel.stderr, "stderr");
      // Before its stdin, of which a session that was refused has read nothing.
      if (head !== "") channel.write(head);
      return await Promise.race([end, feed(stdin, channel).then(() => end)]);
    };
    const running = sessions.run(run, signal);
    running.catch(() => {});
    try {
      // A cancelled one is not waited for: the far end may be silent.
      const { code, killedBy } = await Promise.race([running, cancelled, output.tooMuch]);
      // Neither an exit code nor a signal: the connection went away under it.
      if (code === null && killedBy === null) throw fail("SERVER_OFFLINE", { server: address }, { detail: output.text("stderr").slice(-1000) });
      return { code, stdout: output.text("stdout"), stderr: output.text("stderr") };
    } catch (error) {
      stop();
      throw error;
    } finally {
      over.abort();
    }
  }

  return { openSocket, openCommand, exec, closed, close: () => client.end() };
}

function ended(channel: ClientChannel): Promise<{ code: number | null; killedBy: string | null }> {
  return new Promise((resolve) => {
    let told: { code: number | null; killedBy: string | null } = { code: null, killedBy: null };
    channel.on("exit", (code: number | null, killedBy?: string) => (told = { code: code ?? null, killedBy: killedBy ?? null }));
    channel.on("close", () => resolve(told));
  });
}
