import { createServer, type Socket } from "node:net";
import { totalmem } from "node:os";
import type { PeopleConfig } from "../config/config.ts";
import type { PeopleDoor } from "../people/people.ts";
import { findPerson, markPersonSeen, type Db } from "../store/index.ts";
import { createAgentServer, type Served } from "./http.ts";
import { listenAs } from "./sockets.ts";

const FIRST_LINE_MS = 5_000;
const FIRST_LINE_BYTES = 100;
const CALLS_EACH = 128;
/** Each may have 64 KiB that nobody has read yet. */
const CALLS = 512;
/** Who has said nothing yet is not known; bridges say it at once, for as many calls as come together while the machine is busy. */
const UNKNOWN = 2 * CALLS_EACH;
/** `bridge ID`: stays open and is told when the access ends. `call ID`: HTTP follows. */
const FIRST_LINE = /^(bridge|call) ([0-9a-f-]{36})\n/;

/**
 * The socket of the people's login. Only that login can open it, and that login can run nothing but the bridge under a
 * forced command, so what a bridge says about who comes is true.
 */
export function createPeopleDoor(config: PeopleConfig, served: Served, db: Db, memory = totalmem()): PeopleDoor & { close(): void } {
  const most = bridgesOf(memory);
  const bridges = new Map<string, Set<Socket>>();
  const calls = new Map<string, Set<Socket>>();
  const personOf = new WeakMap<Socket, string>();
  const http = createAgentServer(served, config.login, (socket) => personOf.get(socket) ?? "");
  let opening: Promise<void> | undefined;
  let unknown = 0;

  const server = createServer((socket) => {
    socket.on("error", () => {});
    if (unknown >= UNKNOWN) return void socket.destroy();
    unknown += 1;
    const timer = setTimeout(() => socket.destroy(), FIRST_LINE_MS);
    const known = () => {
      clearTimeout(timer);
      socket.off("close", known);
      unknown -= 1;
    };
    socket.once("close", known);
    readFirstLine(socket, (line, rest) => {
      known();
      const [, kind, id] = FIRST_LINE.exec(line) ?? [];
      if (kind === "bridge") return admitBridge(socket, id!);
      if (kind === "call") return admitCall(socket, id!, rest);
      socket.destroy();
    });
  });

  function keep(in_: Map<string, Set<Socket>>, id: string, socket: Socket): void {
    const own = in_.get(id) ?? new Set();
    in_.set(id, own.add(socket));
    socket.once("close", () => {
      own.delete(socket);
      if (own.size === 0 && in_.get(id) === own) in_.delete(id);
    });
  }

  function admitBridge(socket: Socket, id: string): void {
    if (!findPerson(db, id)) return void socket.end("revoked\n");
    if ((bridges.get(id)?.size ?? 0) >= most.each) return void socket.end(`busy ${most.each}\n`);
    if (sizeOf(bridges) >= most.all) return void socket.end(`full ${most.all}\n`);
    keep(bridges, id, socket);
    socket.resume();
    markPersonSeen(db, id);
    socket.write("open\n");
  }

  function admitCall(socket: Socket, id: string, rest: Buffer): void {
    if (!findPerson(db, id) || (calls.get(id)?.size ?? 0) >= CALLS_EACH || sizeOf(calls) >= CALLS) return void socket.destroy();
    keep(calls, id, socket);
    personOf.set(socket, id);
    if (rest.length > 0) socket.unshift(rest);
    http.emit("connection", socket);
    // It was held for the first line; HTTP only listens.
    process.nextTick(() => socket.resume());
  }

  return {
    open: (account) => (opening ??= listenAs(server, config.socket, account)),
    closeAll(id, revoked) {
      for (const socket of calls.get(id) ?? []) socket.destroy();
      if (revoked) for (const socket of bridges.get(id) ?? []) socket.end("revoked\n");
    },
    close() {
      server.close();
      http.close();
      for (const own of [...bridges.values(), ...calls.values()]) for (const socket of own) socket.destroy();
    },
  };
}

/**
 * Bridges at a time, each a process of its own of some 25 MiB, on a server with so many bytes of memory: all of them have a
 * quarter of it, and one person never more than half of them, so that nobody keeps all others out.
 */
export function bridgesOf(total: number): { all: number; each: number } {
  const all = Math.min(Math.max(Math.floor(total / 4 / (25 * 1024 ** 2)), 8), 128);
  return { all, each: Math.min(Math.floor(all / 2), 8) };
}

const sizeOf = (of: ReadonlyMap<string, ReadonlySet<Socket>>): number => [...of.values()].reduce((sum, { size }) => sum + size, 0);

/** The line with its end, and what came behind it; too long a line ends the connection. */
function readFirstLine(socket: Socket, then: (line: string, rest: Buffer) => void): void {
  let kept = Buffer.alloc(0);
  const onData = (part: Buffer) => {
    kept = Buffer.concat([kept, part]);
    const end = kept.indexOf(10);
    if (end < 0 && kept.length <= FIRST_LINE_BYTES) return;
    socket.pause();
    socket.off("data", onData);
    if (end < 0) return void socket.destroy();
    then(kept.subarray(0, end + 1).toString("latin1"), kept.subarray(end + 1));
  };
  socket.on("data", onData);
}
