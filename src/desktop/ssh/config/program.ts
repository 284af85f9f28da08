import { execFile } from "node:child_process";
import type { SystemSsh } from "../../../contract/index.ts";

export type SshProgram = { path: string; version: string };
type Output = { code: number; stdout: string; stderr: string };

/** argv only; no shell, no input, and a bound on time. */
export function runSsh(argv: readonly string[], { seconds = 10, signal }: { seconds?: number; signal?: AbortSignal } = {}): Promise<Output> {
  return new Promise((resolve, reject) => {
    const child = execFile("ssh", argv, { timeout: seconds * 1000, signal, maxBuffer: 1 << 20 }, (error, stdout, stderr) => {
      if (error && typeof error.code !== "number") return reject(error);
      resolve({ code: error ? Number(error.code) : 0, stdout, stderr });
    });
    child.stdin?.end();
  });
}

/** What is found is asked for again after so long; what is not, each time. */
const KEPT_MS = 600_000;
let kept: { version: string; path: string | undefined; until: number } | undefined;

/** Null where this computer has no ssh. */
export async function sshVersion(): Promise<string | null> {
  const path = process.env.PATH;
  if (kept && kept.path === path && Date.now() < kept.until) return kept.version;
  try {
    const { stdout, stderr } = await runSsh(["-V"]);
    const version = /OpenSSH[^\s,]*/.exec(`${stdout}${stderr}`)?.[0] ?? null;
    if (version !== null) kept = { version, path, until: Date.now() + KEPT_MS };
    return version;
  } catch {
    return null;
  }
}

/** Whether it can carry connections: that needs OpenSSH's control sockets, which its Windows version has not. */
export async function systemSsh(): Promise<SystemSsh> {
  const version = await sshVersion();
  if (version === null) return { usable: false, version, why: "OpenSSH's client is not found on this computer" };
  if (process.platform === "win32") return { usable: false, version, why: "OpenSSH for Windows has no control sockets" };
  const [, major = 0, minor = 0] = (/_(\d+)\.(\d+)/.exec(version) ?? []).map(Number);
  if (major < 8 || (major === 8 && minor < 4)) return { usable: false, version, why: `${version} is older than 8.4, which can ask through a program` };
  return { usable: true, version, why: null };
}
