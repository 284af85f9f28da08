import { readFile } from "node:fs/promises";
import { addressOf, CLOSE, LISTEN, readSockets } from "../host/socket-table.ts";

export type ListeningSocket = { protocol: "tcp" | "udp"; address: string; port: number };

/** Where an app listens instead of where it should; null: nowhere that could be told. */
export type Elsewhere =
  | { at: "right" }
  | { at: "ipv6" }
  | { at: "loopback"; address: string }
  | { at: "other"; found: string }
  | { at: "udp" };

const FILES = [
  { file: "tcp", protocol: "tcp", listens: LISTEN },
  { file: "tcp6", protocol: "tcp", listens: LISTEN },
  { file: "udp", protocol: "udp", listens: CLOSE },
  { file: "udp6", protocol: "udp", listens: CLOSE },
] as const;

/** Docker's resolver inside of each container. */
const RESOLVER = "127.0.0.11";

/** What listens in the network of a container, by the process that runs in it; null where that cannot be seen from here. */
export async function socketsOf(containerId: string, pid: number): Promise<ListeningSocket[] | null> {
  // A number alone may name anybody: the process says whose it is.
  const groups = await readFile(`/proc/${pid}/cgroup`, "utf8").catch(() => "");
  if (!groups.includes(containerId)) return null;
  const found = await Promise.all(
    FILES.map(async ({ file, protocol, listens }) => {
      const text = await readFile(`/proc/${pid}/net/${file}`, "utf8").catch(() => "");
      return readSockets(text).flatMap((row) => (row.state === listens ? [{ protocol, address: addressOf(row), port: row.port }] : []));
    }),
  );
  return found.flat().filter(({ address }) => address !== RESOLVER);
}

const isLoopback = (address: string) => address === "::1" || address.startsWith("127.");

/** Reads sockets against the address and port that were asked. */
export function elsewhere(sockets: ListeningSocket[], { address, port }: { address: string; port: number }): Elsewhere | null {
  const tcp = sockets.filter(({ protocol }) => protocol === "tcp");
  const here = tcp.filter((socket) => socket.port === port);
  if (here.some((socket) => ["0.0.0.0", address].includes(socket.address))) return { at: "right" };
  // Not loopback and not IPv4: "::" with IPv4 in it would have accepted.
  if (here.some((socket) => socket.address.includes(":") && !isLoopback(socket.address))) return { at: "ipv6" };
  if (here[0] !== undefined) return { at: "loopback", address: here[0].address };
  if (tcp.length > 0) return { at: "other", found: listed(tcp) };
  return sockets.some((socket) => socket.protocol === "udp" && socket.port === port) ? { at: "udp" } : null;
}

/** "port 8080", "port 8080 and 127.0.0.1:9000". */
function listed(sockets: ListeningSocket[]): string {
  const open = sockets.filter(({ address }) => !isLoopback(address)).map(({ port }) => port);
  const closed = sockets.filter(({ address, port }) => isLoopback(address) && !open.includes(port)).map(({ address, port }) => (address.includes(":") ? `[${address}]:${port}` : `${address}:${port}`));
  const words = [...[...new Set(open)].toSorted((a, b) => a - b).map((port) => `port ${port}`), ...new Set(closed)];
  return words.length > 3 ? `${words.slice(0, 3).join(", ")} and others` : words.join(" and ");
}
