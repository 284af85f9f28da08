import { stat } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { filesOf } from "../effects/index.ts";
import { fail } from "../../contract/index.ts";
import type { Account } from "../sandbox/index.ts";
import { adminSocket } from "./place.ts";

const { chmod, chown, mkdir } = filesOf("caddy.folder");

/** Longest path that fits a unix socket address on Linux. */
const SOCKET_PATH_LIMIT = 107;

/**
 * Caddy's user may pass through DATA_DIR, read routes/ and sites/, and write caddy/run/ alone. Everything else in there
 * is closed by its own mode.
 */
export async function prepareFolders(dataDir: string, account: Account | null) {
  if (Buffer.byteLength(adminSocket(dataDir)) > SOCKET_PATH_LIMIT - "confirm".length)
    throw fail("CADDY_UNAVAILABLE", { why: `the path ${dataDir} is too long for a socket` });
  if (/[*?[\]{}\\|]/.test(dataDir))
    throw fail("CADDY_UNAVAILABLE", { why: `the path ${dataDir} contains a character that Caddy would interpret` });

  const caddy = join(dataDir, "caddy");
  const run = join(caddy, "run");
  const readable = [caddy, join(dataDir, "routes"), join(dataDir, "sites")];
  for (const folder of [...readable, run]) await mkdir(folder, { recursive: true, mode: 0o750 });
  if (account === null) return;
  for (const folder of readable) {
    await chown(folder, 0, account.gid);
    await chmod(folder, 0o750);
  }
  await chown(run, account.uid, account.gid);
  await chmod(run, 0o700);
  await chmod(dataDir, 0o711);
  await requirePassage(dataDir);
}

/** Folders above may be closed to other users (a private temporary folder, a home): Caddy would only say "not found". */
async function requirePassage(dataDir: string) {
  for (let folder = dirname(resolve(dataDir)); ; folder = dirname(folder)) {
    if (((await stat(folder)).mode & 0o001) === 0)
      throw fail("CADDY_UNAVAILABLE", { why: `its user may not pass through ${folder}` });
    if (folder === dirname(folder)) return;
  }
}
