// The line between a desktop and a server on this machine: it can be slow, or silent for a while.
import { connect, createServer, type AddressInfo, type Socket } from "node:net";
import { once } from "node:events";

export type Line = {
  port: number;
  /** Milliseconds that each direction takes. */
  delay: number;
  /** Nothing passes any more, and nobody is told; new connections hang, too. */
  cut(): void;
  mend(): void;
  /** Every connection ends with a word. */
  drop(): void;
  close(): Promise<void>;
};

export async function layLine(to: number): Promise<Line> {
  const sockets = new Set<Socket>();
  let through = Promise.withResolvers<void>();
  through.resolve();

  const server = createServer({ noDelay: true }, (near) => {
    const far = connect({ port: to, host: "127.0.0.1", noDelay: true });
    pass(near, far);
    pass(far, near);
  }).listen(0, "127.0.0.1");
  await once(server, "listening");

  /** In order, each chunk as late as the line is long, none while the line is cut. */
  function pass(from: Socket, into: Socket): void {
    sockets.add(from);
    let turn = Promise.resolve();
    const send = (act: () => void) => {
      const waited = line.delay > 0 ? new Promise<void>((later) => setTimeout(later, line.delay)) : undefined;
      turn = turn.then(() => waited).then(() => through.promise).then(act);
    };
    from.on("data", (chunk: Buffer) => send(() => into.writable && into.write(chunk)));
    from.on("end", () => send(() => into.end()));
    from.on("error", () => {});
    from.on("close", () => (sockets.delete(from), send(() => into.destroy())));
  }

  const line: Line = {
    port: (server.address() as AddressInfo).port,
    delay: 0,
    cut() {
      through = Promise.withResolvers();
    },
    mend: () => through.resolve(),
    drop() {
      for (const socket of sockets) socket.resetAndDestroy();
    },
    async close() {
      through.resolve();
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, "close");
    },
  };
  return line;
}
