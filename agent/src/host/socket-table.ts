/** Socket states of the kernel's tables; a UDP socket that is bound to a port stands as CLOSE. */
export const TIME_WAIT = "06";
export const CLOSE = "07";
export const LISTEN = "0A";

/** One row of /proc/net/{tcp,udp}{,6}. */
export type SocketRow = {
  /** As the kernel writes it; `addressOf` reads it. */
  host: string;
  port: number;
  state: string;
  /** Bytes that have come and were not read; of a socket that listens, connections that were not accepted. */
  unread: number;
  inode: string;
};

/**
 * Rows look like "  1: 0100007F:0050 0100007F:D2F0 01 00000000:00000000 …": local, remote, state, what waits to be sent and to
 * be read, and as the tenth field the inode. `port`: of that local port alone. What is no such row is passed over.
 */
export function readSockets(table: string, port?: number): SocketRow[] {
  const wanted = port === undefined ? ":" : `:${port.toString(16).toUpperCase().padStart(4, "0")}`;
  return table.split("\n").flatMap((line) => {
    // A busy server has ten thousands of rows, and most who ask want those of one port.
    if (!line.includes(wanted)) return [];
    const [, local = "", , state = "", queues = "", , , , , inode = ""] = line.trim().split(/\s+/);
    const match = /^([0-9A-F]+):([0-9A-F]{4})$/.exec(local);
    if (match === null || (port !== undefined && !local.endsWith(wanted))) return [];
    return [{ host: match[1]!, port: Number.parseInt(match[2]!, 16), state, unread: Number.parseInt(queues.split(":")[1] ?? "0", 16), inode }];
  });
}

/** The kernel prints words of four bytes in the order of the machine, which is little-endian wherever we run. */
export function addressOf({ host }: Pick<SocketRow, "host">): string {
  const bytes = (host.match(/.{8}/g) ?? []).flatMap((word) => (word.match(/../g) ?? []).reverse().map((byte) => Number.parseInt(byte, 16)));
  if (bytes.length === 4) return bytes.join(".");
  const isMapped = bytes.slice(0, 12).every((byte, at) => byte === (at < 10 ? 0 : 255));
  if (isMapped) return bytes.slice(12).join(".");
  if (bytes.every((byte) => byte === 0)) return "::";
  if (bytes.slice(0, 15).every((byte) => byte === 0) && bytes[15] === 1) return "::1";
  return Array.from({ length: 8 }, (_, at) => ((bytes[2 * at]! << 8) | bytes[2 * at + 1]!).toString(16)).join(":");
}
