import { readFile } from "node:fs/promises";
import { CLOSE, LISTEN, readSockets, TIME_WAIT } from "../host/socket-table.ts";

/** States in which nobody is at the other end any more. */
const NOBODY = new Set([TIME_WAIT, CLOSE, LISTEN]);

/** Whether no connection stands at this port of the machine, so that no request can be under way. */
export async function nobodyIsConnected(port: number): Promise<boolean> {
  return !(await tables()).some((table) => connections(table, port) > 0);
}

/** Whether something has come to this port that its program has not read yet, or a connection that it has not accepted. */
export async function somethingIsUnread(port: number): Promise<boolean> {
  return (await tables()).some((table) => unread(table, port) > 0);
}

const tables = () => Promise.all(["tcp", "tcp6"].map((name) => readFile(`/proc/net/${name}`, "utf8").catch(() => "")));

export const connections = (table: string, port: number): number => readSockets(table, port).filter(({ state }) => !NOBODY.has(state)).length;

/** Of a socket that listens, what waits are connections. */
export const unread = (table: string, port: number): number => readSockets(table, port).filter((row) => row.unread > 0).length;
