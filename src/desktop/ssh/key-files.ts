import { open, readdir } from "node:fs/promises";
import { join } from "node:path";

/** So many are offered at most. */
const MOST = 50;
/** Longer than the first line of any private key. */
const HEAD = 64;

/** Private keys in the usual folder, as "~/.ssh/id_ed25519"; known by their first line, whatever they are called. */
export async function keyFiles(home: string): Promise<string[]> {
  const folder = join(home, ".ssh");
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  const names = entries.filter((entry) => entry.isFile()).map(({ name }) => name).sort().slice(0, 10 * MOST);
  const found: string[] = [];
  for (const name of names) if (found.length < MOST && (await isPrivateKey(join(folder, name)))) found.push(`~/.ssh/${name}`);
  return found;
}

async function isPrivateKey(path: string): Promise<boolean> {
  const file = await open(path).catch(() => null);
  if (file === null) return false;
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(HEAD), 0, HEAD, 0);
    return /^(-----BEGIN [A-Z ]*PRIVATE KEY-----|PuTTY-User-Key-File-)/.test(buffer.toString("latin1", 0, bytesRead));
  } catch {
    return false;
  } finally {
    await file.close();
  }
}
