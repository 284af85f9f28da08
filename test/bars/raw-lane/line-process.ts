// A line with a rate and a length, as a process of its own: what it costs is not counted to who uses it. Told by messages.
import { createServer, connect, type AddressInfo, type Socket } from "node:net";

export type Shape = { /** Bytes per second in each direction; 0: no bound. */ perSecond: number; /** Milliseconds for each direction. */ delay: number };
export type Told = Shape | "drop";

/** What waits at its beginning, as in a router: more is not taken. */
const QUEUE = 512 * 1024;

const [, , to] = process.argv;
let shape: Shape = { perSecond: 0, delay: 0 };
const sockets = new Set<Socket>();
/** One line for all connections: they share its rate. */
const free = { up: 0, down: 0 };

function pass(from: Socket, into: Socket, way: keyof typeof free): void {
  sockets.add(from);
  let queued = 0;
  const deliver = (chunk: Buffer) => {
    if (into.writable) into.write(chunk);
    queued -= chunk.length;
    if (queued < QUEUE && from.isPaused()) from.resume();
  };
  const waiting: { at: number; chunk: Buffer }[] = [];
  let timer: NodeJS.Timeout | null = null;
  const run = () => {
    timer = null;
    for (const now = performance.now(); waiting[0] && waiting[0].at <= now; ) deliver(waiting.shift()!.chunk);
    if (waiting[0]) timer = setTimeout(run, Math.max(0, waiting[0].at - performance.now()));
  };
  from.on("data", (chunk: Buffer) => {
    queued += chunk.length;
    if (shape.perSecond === 0 && shape.delay === 0 && waiting.length === 0) return deliver(chunk);
    const now = performance.now();
    free[way] = Math.max(free[way], now) + (shape.perSecond === 0 ? 0 : (chunk.length / shape.perSecond) * 1000);
    waiting.push({ at: free[way] + shape.delay, chunk });
    // What is on the way over a long line is not what waits at its beginning.
    if (queued >= QUEUE + (shape.perSecond * shape.delay) / 1000) from.pause();
    timer ??= setTimeout(run, Math.max(0, waiting[0]!.at - now));
  });
  from.on("error", () => {});
  from.on("close", () => {
    sockets.delete(from);
    into.destroy();
  });
}

const server = createServer({ noDelay: true }, (near) => {
  const far = connect({ port: Number(to), host: "127.0.0.1", noDelay: true });
  pass(near, far, "up");
  pass(far, near, "down");
}).listen(0, "127.0.0.1", () => process.send!((server.address() as AddressInfo).port));

process.on("message", (told: Told) => {
  if (told === "drop") for (const socket of sockets) socket.resetAndDestroy();
  else shape = told;
});
process.on("disconnect", () => process.exit(0));
