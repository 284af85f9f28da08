import { createHash } from "node:crypto";

/** A numeric user that no login has; it needs no line in /etc/passwd. */
export type Account = { uid: number; gid: number };

/** Debian hands out 70000 to 99999 to nobody: logins end at 65534, subordinate ids begin at 100000. */
const FIRST = 70_000;
const PAIRS = 15_000;

/** The two users of one instance: Caddy's, and the one that touches untrusted input. Null without root: everything runs as is. */
export function accountsOf(instanceId: string): { caddy: Account; sandbox: Account } | null {
  if (process.getuid?.() !== 0) return null;
  const hash = createHash("sha256").update(instanceId).digest().readUInt32BE(0);
  const uid = FIRST + (hash % PAIRS) * 2;
  return { caddy: { uid, gid: uid }, sandbox: { uid: uid + 1, gid: uid + 1 } };
}
