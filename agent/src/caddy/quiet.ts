import { readFile } from "node:fs/promises";

/** States of /proc/net/tcp in which nobody is at the other end any more: TIME_WAIT, CLOSE, LISTEN. */
const NOBODY = new Set(["06", "07", "0A"]);

/** Whether no connection stands at this port of the machine, so that no request can be under way. */
export async function nobodyIsConnected(port: number): Promise<boolean> {
  return !(await tables()).some((table) => connections(table, port) > 0);
}

/** Whether something has come to this port that its program has not read yet, or a connection that it has not accepted. */
export async function somethingIsUnread(port: number): Promise<boolean> {
  return (await tables()).some((table) => unread(table, port) > 0);
}

const tables = () => Promise.all(["tcp", "tcp6"].map((name) => readFile(`/proc/net/${name}`, "utf8").catch(() => "")));

export const connections = (table: string, port: number): number => rowsAt(table, port).filter(({ state }) => !NOBODY.has(state)).length;

/** Of a socket that listens, what waits are connections. */
export const unread = (table: string, port: number): number => rowsAt(table, port).filter(({ waits }) => waits > 0).length;

/** Rows look like "  1: 0100007F:0050 0100007F:D2F0 01 00000000:00000000 …": local, remote, state, what waits to be sent and to be read. */
function rowsAt(table: string, port: number): { state: string; waits: number }[] {
  const local = `:${port.toString(16).toUpperCase().padStart(4, "0")}`;
  return table.split("\n").flatMap((row) => {
    const [, at = "", , state = "", queues = ""] = row.trim().split(/\s+/);
    return at.endsWith(local) ? [{ state, waits: Number.parseInt(queues.split(":")[1] ?? "0", 16) }] : [];
  });
}
