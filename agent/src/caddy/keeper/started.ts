import { readdir, readFile, readlink } from "node:fs/promises";
import { join } from "node:path";
import { livingPid } from "../../sandbox/index.ts";
import { caddyFolder } from "./place.ts";

/** The Caddy that runs, as its launcher wrote it down: `http` is the socket that it was handed ("fd/3"), or where it bound by itself. */
export type Started = { pid: number; http: string; bin: string };

export const startedFile = (dataDir: string) => join(caddyFolder(dataDir), "started");

/** Null where none runs that a launcher of this kind has started. */
export async function whatStarted(dataDir: string): Promise<Started | null> {
  const text = await readFile(startedFile(dataDir), "utf8").catch(() => null);
  const pid = livingPid(text);
  const [, , http = "", bin = ""] = (text ?? "").split("\n");
  return pid === null ? null : { pid, http, bin };
}

export const wasHanded = ({ http }: Started): boolean => http.startsWith("fd/");

/**
 * Whether it takes visitors from the socket that it was handed: to listen, Caddy doubles the file that it got, and it
 * closes the double first when it stops. A process that is gone takes none.
 */
export async function takesVisitors({ pid, http }: Started): Promise<boolean> {
  const folder = `/proc/${pid}/fd`;
  const link = (name: string) => readlink(join(folder, name)).catch(() => "");
  const handed = await link(http.slice("fd/".length));
  if (handed === "") return false;
  const links = await Promise.all((await readdir(folder).catch(() => [])).map(link));
  return links.filter((one) => one === handed).length > 1;
}
