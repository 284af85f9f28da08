// The whole form's stage: rented servers with OpenSSH 10, PAM and its one-time codes, each user with one way in.
import { createHmac, randomBytes } from "node:crypto";
import { setTimeout as pause } from "node:timers/promises";
import type { ServerLogin } from "../../../src/contract/index.ts";
import { raiseWorld } from "../../world/raise.ts";
import type { Server } from "../../world/server.ts";
import type { BarContext } from "../frame.ts";
import type { Checks } from "../tunnel/checks.ts";
import { openDesk } from "../tunnel/desk.ts";
import type { Case, Lockout, Stage } from "./cases.ts";
import { makeKeys, publicOf, startAgent } from "./keys.ts";
import { createPerson } from "./person.ts";

const PROMPT = "Verification code:";
/** Long enough for a retry to show itself: the app's own waits begin at one second. */
const WATCHED_SECONDS = 20;

export async function worldStage(folder: string, context: BarContext): Promise<{ stage: Stage; config: string; lockout: Lockout }> {
  const { say, signal, cleanup } = context;
  const world = await raiseWorld({ say, signal });
  cleanup(world.stop);
  const [server, jump] = await Promise.all([world.server("bare"), world.server("bare")]);
  say(`server: ${(await server.tryExec(["sshd", "-V"])).stderr.trim()}`);
  const keys = makeKeys(folder, "certified");
  const admitted = [keys.plain, keys.locked, keys.pem, keys.agent].map(publicOf).join("");
  const password = randomBytes(9).toString("base64url");
  const secret = randomBytes(20);
  await setUp(server, { admitted, password, secret: base32(secret), authority: publicOf(keys.authority) });
  await jump.exec(["sh", "-c", "cat >> /root/.ssh/authorized_keys"], { input: admitted });

  const [full, empty] = [await startAgent(folder, "full", [keys.agent]), await startAgent(folder, "empty", [])];
  cleanup(full.stop);
  cleanup(empty.stop);
  const place = { address: server.address, port: 22 };
  const code = () => codeOf(secret);
  const config = [
    `Host behind\n  HostName ${server.address}\n  User root\n  ProxyJump jump`,
    `Host jump\n  HostName ${jump.address}\n  User root`,
    `Host certified\n  HostName ${server.address}\n  User certified\n  IdentityFile ${keys.certified}\n  ProxyCommand ssh -F none -o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null -i ${keys.plain} -W %h:%p root@${jump.address}`,
  ].join("\n");
  const stage: Stage = {
    keys,
    target: { ...place, user: "root" },
    jump: { address: jump.address, port: 22, user: "root" },
    password: { user: "password", password },
    code: { user: "code", code, prompt: PROMPT },
    keyAndCode: { place, user: "key-code", code, prompt: PROMPT },
    keyAndPassword: { place, user: "key-password", password },
    passwordAndCode: { user: "password-code", password, code, prompt: PROMPT },
    certified: { place, user: "certified", alias: "certified" },
    behind: "behind",
    agents: { full: full.socket, empty: empty.socket },
  };
  return { stage, config, lockout: watchLockout(server, stage, folder, context) };
}

/** Users with one way in each; whoever is in the group `codes` is asked for a one-time code by PAM. */
async function setUp(server: Server, { admitted, password, secret, authority }: { admitted: string; password: string; secret: string; authority: string }): Promise<void> {
  await server.exec(["sh", "-c", "apt-get update -q && apt-get install -qy --no-install-recommends libpam-google-authenticator"]);
  const users = ["password", "code", "key-code", "key-password", "password-code", "certified"];
  const script = `
set -e
groupadd codes; groupadd onlycodes
for user in ${users.join(" ")}; do
  useradd -m -s /bin/bash "$user"; printf '%s:%s\\n' "$user" "$1" | chpasswd
  install -d -m 700 -o "$user" -g "$user" "/home/$user/.ssh"
  printf '%s' "$3" | install -m 600 -o "$user" -g "$user" /dev/stdin "/home/$user/.ssh/authorized_keys"
done
printf '%s' "$3" >> /root/.ssh/authorized_keys
for user in code key-code password-code; do
  printf '%s\\n" TOTP_AUTH\\n' "$2" | install -m 400 -o "$user" -g "$user" /dev/stdin "/home/$user/.google_authenticator"
  usermod -aG codes "$user"
done
usermod -aG onlycodes code; usermod -aG onlycodes key-code
printf '%s' "$4" > /etc/ssh/user-authority.pub
cat > /etc/pam.d/sshd <<'PAM'
auth [success=2 default=ignore] pam_succeed_if.so quiet user ingroup onlycodes
auth required pam_unix.so
auth [success=1 default=ignore] pam_succeed_if.so quiet user notingroup codes
auth required pam_google_authenticator.so
auth required pam_permit.so
@include common-account
@include common-session
PAM
cat > /etc/ssh/sshd_config.d/05-bar.conf <<'CONF'
LogLevel VERBOSE
UsePAM yes
KbdInteractiveAuthentication yes
TrustedUserCAKeys /etc/ssh/user-authority.pub
Match User code,password-code
  AuthenticationMethods keyboard-interactive
Match User key-code
  AuthenticationMethods publickey,keyboard-interactive
Match User key-password
  AuthenticationMethods publickey,password
Match User certified
  AuthorizedKeysFile none
CONF
sshd -t
systemctl restart ssh
`;
  await server.exec(["sh", "-c", script, "sh", password, secret, admitted, authority]);
}

/** After each wrong one the right key signs in at once, and what the server counted is what a person answered. */
function watchLockout(server: Server, { target, keys }: Stage, folder: string, { signal }: BarContext): Lockout {
  const login: ServerLogin = { ...target, auth: { type: "key", path: keys.plain }, alias: null, jumps: [], client: "built-in", door: "forwarding" };
  const shutOut: string[] = [];
  return {
    // Each measure for itself: what the ones before cost is not this one's.
    // systemd takes a quick row of restarts for a fault.
    before: async () => void (await server.exec(["sh", "-c", "systemctl reset-failed ssh && systemctl restart ssh"])),
    async after(one: Case) {
      const { end } = await createPerson(folder).enter("after", login, {});
      if (end !== "signed in") shutOut.push(`${one.name}: ${end}`);
    },
    async report(checks: Checks) {
      checks.check("shut out after a wrong one", shutOut, []);
      const attempts = await attemptsOfTheApp(server, login, keys.stranger, signal);
      checks.check(`connections in ${WATCHED_SECONDS} s after a refused key`, attempts, 0);
      return `0 shut out, ${attempts} attempts by itself in ${WATCHED_SECONDS} s after a refusal`;
    },
  };
}

/** The app whole, left alone with a key that is refused: how often it comes back. */
async function attemptsOfTheApp(server: Server, login: ServerLogin, stranger: string, signal: AbortSignal): Promise<number> {
  const desk = await openDesk();
  try {
    const { id } = await desk.desktop.servers.add({ ...login, auth: { type: "key", path: stranger } });
    const state = await desk.settled(id, signal);
    if (state.state !== "failed") throw new Error(`A stranger's key ended as ${state.state}.`);
    const before = await connections(server);
    await pause(WATCHED_SECONDS * 1000, undefined, { signal });
    return (await connections(server)) - before;
  } finally {
    desk.desktop.close();
  }
}

const connections = async (server: Server): Promise<number> => Number(await server.exec(["sh", "-c", "journalctl -u ssh --no-pager -o cat | grep -c '^Connection from'"]));

/** RFC 6238, as an app on a phone shows it. */
function codeOf(secret: Buffer): string {
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 30_000)));
  const hash = createHmac("sha1", secret).update(counter).digest();
  const at = hash.at(-1)! & 15;
  return String((hash.readUInt32BE(at) & 0x7fffffff) % 1_000_000).padStart(6, "0");
}

function base32(bytes: Buffer): string {
  const bits = [...bytes].map((byte) => byte.toString(2).padStart(8, "0")).join("");
  return (bits.match(/.{5}/g) ?? []).map((five) => "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"[Number.parseInt(five, 2)]).join("");
}
