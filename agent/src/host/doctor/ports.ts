import { readdir, readlink } from "node:fs/promises";
import { LISTEN, readSockets } from "../socket-table.ts";
import { text } from "./tell.ts";

/** Inodes of the sockets that listen on a port, from /proc/net/tcp and tcp6. */
export const listeners = (table: string, port: number): string[] =>
  readSockets(table, port)
    .filter(({ state, inode }) => state === LISTEN && inode !== "")
    .map(({ inode }) => inode);

/** One who holds a port: its process; `null`: it may not be seen. */
export type Holder = { pid: number; name: string; argv: string[] } | null;

/** All who have the socket: one that keeps a port for another is in there with it. Empty where the port is free. */
export async function holdersOf(port: number, signal: AbortSignal): Promise<Holder[]> {
  const tables = await Promise.all([text("/proc/net/tcp"), text("/proc/net/tcp6")]);
  const sockets = new Set(tables.flatMap((table) => listeners(table ?? "", port)).map((inode) => `socket:[${inode}]`));
  if (sockets.size === 0) return [];
  const found: Holder[] = [];
  for (const pid of (await readdir("/proc")).filter((name) => /^\d+$/.test(name))) {
    signal.throwIfAborted();
    const files = await readdir(`/proc/${pid}/fd`).catch(() => []);
    const links = await Promise.all(files.map((file) => readlink(`/proc/${pid}/fd/${file}`).catch(() => "")));
    if (!links.some((link) => sockets.has(link))) continue;
    const [name, line] = await Promise.all([text(`/proc/${pid}/comm`), text(`/proc/${pid}/cmdline`)]);
    found.push({ pid: Number(pid), name: name?.trim() || "a program", argv: (line ?? "").split("\0") });
  }
  return found.length > 0 ? found : [null];
}
