// What answers on a server's socket where a broken or hostile program sits: bytes without an end.
import { createServer, type Socket } from "node:net";

const CHUNK = Buffer.alloc(64 * 1024, "x");

/** By what is asked: a call gets an answer that never ends, a stream a part that never ends. */
export async function listenEndless(path: string): Promise<{ sent: () => number; close(): Promise<void> }> {
  const sockets = new Set<Socket>();
  let sent = 0;
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on("error", () => {});
    socket.once("close", () => sockets.delete(socket));
    socket.once("data", (asked: Buffer) => {
      const type = asked.includes("/rpc/changes/watch") ? "text/event-stream" : "application/json";
      socket.write(`HTTP/1.1 200 OK\r\ncontent-type: ${type}\r\ntransfer-encoding: chunked\r\n\r\n`);
      socket.write(`6\r\n{"json\r\n`);
      const more = () => {
        while (!socket.destroyed) {
          sent += CHUNK.length;
          socket.write(`${CHUNK.length.toString(16)}\r\n`);
          socket.write(CHUNK);
          if (!socket.write("\r\n")) return void socket.once("drain", more);
        }
      };
      more();
    });
  });
  await new Promise<void>((listening) => server.listen(path, listening));
  return {
    sent: () => sent,
    async close() {
      for (const socket of sockets) socket.destroy();
      await new Promise<void>((closed) => server.close(() => closed()));
    },
  };
}

const MiB = 1024 ** 2;
/** The most that was in memory beyond what was there before, in MiB, while it goes on. */
export async function memoryWhile(act: () => Promise<unknown>): Promise<number> {
  const held = () => {
    const { heapUsed, external, arrayBuffers } = process.memoryUsage();
    return (heapUsed + external + arrayBuffers) / MiB;
  };
  const before = held();
  let most = before;
  const timer = setInterval(() => (most = Math.max(most, held())), 5);
  await act().finally(() => clearInterval(timer));
  return most - before;
}
