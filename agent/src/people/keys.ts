import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** As ssh-keygen -lf prints it. */
export function fingerprintOf(publicKey: string): string {
  const blob = Buffer.from(publicKey.trim().split(/\s+/)[1] ?? "", "base64");
  return `SHA256:${createHash("sha256").update(blob).digest("base64").replace(/=+$/, "")}`;
}

/** What this host shows to those who connect for the first time. */
export function hostKeys(folder = "/etc/ssh"): { type: string; fingerprint: string }[] {
  try {
    const files = readdirSync(folder).filter((name) => /^ssh_host_\w+_key\.pub$/.test(name));
    return files.map((name) => readFileSync(join(folder, name), "utf8")).map((text) => ({ type: text.split(" ")[0]!, fingerprint: fingerprintOf(text) }));
  } catch {
    return [];
  }
}
