import { stat } from "node:fs/promises";
import { fail } from "@aeroplane/agent/contract";

/** The file can start programs (Match exec, ProxyCommand): another person's hand in it would be theirs on this computer. */
export async function requireOwned(path: string): Promise<void> {
  const found = await stat(path).catch(() => null);
  if (!found || process.platform === "win32") return;
  if (!found.isFile()) throw fail("SSH_CONFIG_UNTRUSTED", { path, why: "it is not a file" });
  if (found.uid !== 0 && found.uid !== process.getuid?.()) throw fail("SSH_CONFIG_UNTRUSTED", { path, why: "it belongs to another user" });
  if (found.mode & 0o022) throw fail("SSH_CONFIG_UNTRUSTED", { path, why: "others may write to it" });
}
