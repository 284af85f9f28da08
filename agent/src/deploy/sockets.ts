import { readFile } from "node:fs/promises";

export type ListeningSocket = { protocol: "tcp" | "udp"; address: string; port: number };

/** Where an app listens instead of where it should; null: nowhere that could be told. */
export type Elsewhere =
  | { at: "right" }
  | { at: "ipv6" }
  | { at: "loopback"; address: string }
  | { at: "other"; found: string }
  | { at: "udp" };

const FILES = [
  { file: "tcp", protocol: "tcp", listens: "0A" },
  { file: "tcp6", protocol: "tcp", listens: "0A" },
  { file: "udp", protocol: "udp", listens: "07" },
  { file: "udp6", protocol: "udp", listens: "07" },
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
      return parseSockets(text, listens).map((socket) => ({ protocol, ...socket }));
    }),
  );
  return found.flat().filter(({ address }) => address !== RESOLVER);
}

/** Lines of /proc/net/{tcp,udp}{,6} in one state. */
export function parseSockets(text: string, state: string): { address: string; port: number }[] {
  return text.split("\n").flatMap((line) => {
    const [, local, , is] = line.trim().split(/\s+/);
    const match = /^([0-9A-F]+):([0-9A-F]{4})$/.exec(local ?? "");
    return match && is === state ? [{ address: readAddress(match[1]!), port: Number.parseInt(match[2]!, 16) }] : [];
  });
}

/** The kernel prints words of four bytes in the order of the machine, which is little-endian wherever we run. */
function readAddress(hex: string): string {
  const bytes = (hex.match(/.{8}/g) ?? []).flatMap((word) => (word.match(/../g) ?? []).reverse().map((byte) => Number.parseInt(byte, 16)));
  if (bytes.length === 4) return bytes.join(".");
  const isMapped = bytes.slice(0, 12).every((byte, at) => byte === (at < 10 ? 0 : 255));
  if (isMapped) return bytes.slice(12).join(".");
  if (bytes.every((byte) => byte === 0)) return "::";
  if (bytes.slice(0, 15).every((byte) => byte === 0) && bytes[15] === 1) return "::1";
  return Array.from({ length: 8 }, (_, at) => ((bytes[2 * at]! << 8) | bytes[2 * at + 1]!).toString(16)).join(":");
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
