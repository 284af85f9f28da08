// The short form's stage: sshds of our own on loopback, nothing of the machine's touched.
import { writeFileSync } from "node:fs";
import { userInfo } from "node:os";
import { join } from "node:path";
import { startSshd, type Sshd } from "../../contract/sshd.ts";
import { makeKeys, publicOf, startAgent } from "./keys.ts";
import type { BarContext } from "../frame.ts";
import type { Stage } from "./cases.ts";

const CODE = "482913";

export async function loopbackStage(folder: string, { cleanup }: BarContext): Promise<{ stage: Stage; config: string }> {
  const { username: user } = userInfo();
  const keys = makeKeys(folder, user);
  const admitted = [keys.plain, keys.locked, keys.pem, keys.agent].map(publicOf).join("");
  const start = async (name: string, settings: string[], options: { pam?: string } = {}): Promise<Sshd> => {
    const sshd = await startSshd(join(folder, `sshd-${name}`), settings, options);
    cleanup(sshd.stop);
    writeFileSync(join(folder, `sshd-${name}`, "authorized"), admitted);
    return sshd;
  };
  const target = await start("target", []);
  const jump = await start("jump", []);
  const certified = await start("certified", [`TrustedUserCAKeys ${keys.authority}.pub`, "AuthorizedKeysFile none"]);
  // Only root may give sshd a PAM stack of its own.
  const twoSteps = process.getuid?.() === 0 ? await start("two-steps", ["UsePAM yes", "KbdInteractiveAuthentication yes", "AuthenticationMethods publickey,keyboard-interactive"], { pam: CODE }) : null;
  const [full, empty] = [await startAgent(folder, "full", [keys.agent]), await startAgent(folder, "empty", [])];
  cleanup(full.stop);
  cleanup(empty.stop);
  const place = ({ address, port }: Sshd) => ({ address, port });
  const common = `  User ${user}\n  IdentitiesOnly no\n`;
  const config = [
    `Host behind\n  HostName ${target.address}\n  Port ${target.port}\n  ProxyJump jump\n${common}`,
    `Host jump\n  HostName ${jump.address}\n  Port ${jump.port}\n${common}`,
    `Host certified\n  HostName ${certified.address}\n  Port ${certified.port}\n  IdentityFile ${keys.certified}\n  ProxyCommand ssh -F none -o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null -i ${keys.plain} -p ${jump.port} -W %h:%p ${user}@${jump.address}\n${common}`,
  ].join("\n");
  const stage: Stage = {
    keys,
    target: { ...place(target), user },
    jump: { ...place(jump), user },
    password: null,
    code: null,
    keyAndCode: twoSteps && { place: place(twoSteps), user, code: () => CODE, prompt: "password" },
    keyAndPassword: null,
    passwordAndCode: null,
    certified: { place: place(certified), user, alias: "certified" },
    behind: "behind",
    agents: { full: full.socket, empty: empty.socket },
  };
  return { stage, config };
}
