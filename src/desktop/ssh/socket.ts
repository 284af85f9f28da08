import type { Socket } from "node:net";
import { Duplex } from "node:stream";
import type { ClientChannel } from "ssh2";

const WINDOW = 2 * 1024 ** 2;
const TOLD_AFTER = 256 * 1024;

/** Of ssh2's own making, and not in its types. */
type Inner = { incoming: { window: number }; outgoing: { id: number; state: string }; _client?: { _protocol?: { channelWindowAdjust?(id: number, bytes: number): void } } };

/**
 * ssh2 tells the far end of room when half of its window is used up: over a long line nothing comes for a while then. Told
 * sooner, the window is what it says.
 */
function widen(channel: ClientChannel): void {
  const { incoming, outgoing, _client } = channel as unknown as Inner;
  const bytes = WINDOW - incoming.window;
  if (bytes < TOLD_AFTER || outgoing.state !== "open" || !_client?._protocol?.channelWindowAdjust) return;
  incoming.window += bytes;
  _client._protocol.channelWindowAdjust(outgoing.id, bytes);
}

/**
 * A channel as Node's HTTP client expects a socket. A channel alone closes only when the far end agrees; this one is gone
 * the moment it is destroyed, so that a call can be given up while the network is silent.
 */
export function asSocket(channel: ClientChannel): Duplex {
  const socket = new Duplex({
    read: () => void channel.resume(),
    write: (chunk: Buffer, _encoding, done) => void channel.write(chunk, done),
    // Headers and body of a request come as two chunks: one packet carries both.
    writev: (chunks, done) => void channel.write(Buffer.concat(chunks.map(({ chunk }) => chunk as Buffer)), done),
    final(done) {
      channel.end();
      done();
    },
    destroy(error, done) {
      channel.close();
      done(error);
    },
  });
  channel.on("data", (chunk: Buffer) => {
    if (!socket.push(chunk)) channel.pause();
    else widen(channel);
  });
  channel.on("end", () => socket.push(null));
  channel.on("close", () => socket.destroy());
  channel.on("error", (error: Error) => socket.destroy(error));
  const self = () => socket;
  return Object.assign(socket, { setKeepAlive: self, setNoDelay: self, setTimeout: self, ref: self, unref: self } satisfies Partial<Record<keyof Socket, unknown>>);
}
