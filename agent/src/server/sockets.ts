import { once } from "node:events";
import { chmodSync, chownSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import type { Server } from "node:net";
import { dirname } from "node:path";
import type { SocketConfig } from "../config/config.ts";

/**
 * Listens on one login's socket. Whoever can open it is that login: so it is 0600 from its first moment and belongs to
 * nobody else.
 */
export async function listen(server: Server, { path, login }: SocketConfig): Promise<void> {
  await listenAs(server, path, login !== null && process.getuid?.() === 0 ? accountOf(login) : null);
}

export async function listenAs(server: Server, path: string, account: { uid: number; gid: number } | null): Promise<void> {
  mkdirSync(dirname(path), { recursive: true, mode: 0o711 });
  // Only one agent serves a DATA_DIR, so a socket that is there was left by one that died.
  rmSync(path, { force: true });
  // The socket is made within the call; the mask belongs to the whole process and is given back before anything else runs.
  const before = process.umask(0o177);
  server.listen(path);
  process.umask(before);
  await once(server, "listening");
  chmodSync(path, 0o600);
  if (account) chownSync(path, account.uid, account.gid);
}

function accountOf(login: string): { uid: number; gid: number } {
  for (const line of readFileSync("/etc/passwd", "utf8").split("\n")) {
    const [name, , uid, gid] = line.split(":");
    if (name === login) return { uid: Number(uid), gid: Number(gid) };
  }
  throw new Error(`There is no login ${login} on this server`);
}
