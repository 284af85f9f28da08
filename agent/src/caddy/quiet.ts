import { readFile } from "node:fs/promises";

/** States of /proc/net/tcp in which nobody is at the other end any more: TIME_WAIT, CLOSE, LISTEN. */
const NOBODY = new Set(["06", "07", "0A"]);

/** Whether no connection stands at this port of the machine, so that no request can be under way. */
export async function nobodyIsConnected(port: number): Promise<boolean> {
  const tables = await Promise.all(["tcp", "tcp6"].map((name) => readFile(`/proc/net/${name}`, "utf8").catch(() => "")));
  return !tables.some((table) => connections(table, port) > 0);
}

/** Rows look like "  1: 0100007F:0050 0100007F:D2F0 01 …": local, remote, state. */
export function connections(table: string, port: number): number {
  const local = `:${port.toString(16).toUpperCase().padStart(4, "0")}`;
  return table.split("\n").filter((row) => {
    const [, at = "", , state = ""] = row.trim().split(/\s+/);
    return at.endsWith(local) && !NOBODY.has(state);
  }).length;
}
