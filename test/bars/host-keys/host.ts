// A host whose key the measure may choose: the same port all the while, one sshd after the other.
import { execFileSync } from "node:child_process";
import { copyFileSync, existsSync, mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { startSshd, type Sshd } from "../../contract/sshd.ts";

export type KeyName = "first" | "second" | "rsa";
export type Host = { place: Pick<Sshd, "user" | "address" | "port" | "keyPath">; /** Runs with these keys alone. */ show(...keys: KeyName[]): Promise<void>; line(key: KeyName): string; fingerprint(key: KeyName): string; stop(): Promise<void> };

export async function createHost(folder: string): Promise<Host> {
  mkdirSync(folder);
  for (const [name, type] of [["first", "ed25519"], ["second", "ed25519"], ["rsa", "rsa"]] as const) execFileSync("ssh-keygen", ["-q", "-t", type, "-N", "", "-C", name, "-f", join(folder, name)]);
  let sshd = await startSshd(join(folder, "sshd"));
  const { user, address, port, keyPath } = sshd;
  const host: Host = {
    place: { user, address, port, keyPath },
    async show(...keys) {
      await sshd.stop();
      // The first key of startSshd is its own; each further one is a setting.
      for (const suffix of ["", ".pub"]) if (existsSync(join(folder, `${keys[0]}${suffix}`))) copyFileSync(join(folder, `${keys[0]}${suffix}`), join(folder, "sshd", `host${suffix}`));
      sshd = await startSshd(join(folder, "sshd"), keys.slice(1).map((key) => `HostKey ${join(folder, key)}`), { port });
    },
    line: (key) => readFileSync(join(folder, `${key}.pub`), "utf8").split(" ").slice(0, 2).join(" "),
    fingerprint: (key) => execFileSync("ssh-keygen", ["-lf", join(folder, `${key}.pub`)], { encoding: "utf8" }).split(" ")[1]!,
    stop: () => sshd.stop(),
  };
  await host.show("first");
  return host;
}
