import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { run, type RunResult } from "../../sandbox/index.ts";

const FOLDERS = ["/usr/sbin", "/usr/bin", "/sbin", "/bin", "/usr/local/sbin", "/usr/local/bin"];

/** The program's path, or null where the server has none of that name. */
export function programPath(name: string): string | null {
  if (name.startsWith("/")) return existsSync(name) ? name : null;
  return FOLDERS.map((folder) => `${folder}/${name}`).find((path) => existsSync(path)) ?? null;
}

/** What a program says, in plain English; null where there is no such program. */
export async function tell(
  argv: [string, ...string[]],
  o: { signal?: AbortSignal; seconds?: number; env?: Record<string, string> } = {},
): Promise<RunResult | null> {
  const path = programPath(argv[0]);
  if (path === null) return null;
  const env = { LC_ALL: "C", HOME: "/nonexistent", SYSTEMD_COLORS: "0", SYSTEMD_PAGER: "", ...o.env };
  return run([path, ...argv.slice(1)], { cwd: "/", env, account: null, signal: o.signal, seconds: o.seconds ?? 4 });
}

/** A file's text; null where it is not there or not readable. */
export const text = (path: string): Promise<string | null> => readFile(path, "utf8").catch(() => null);
