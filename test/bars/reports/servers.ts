// Servers as people have them: other login shells, other sudos, and sshds that grant few sessions.
import { createHash, randomBytes } from "node:crypto";
import { mkdtemp, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { toProblem } from "../../../agent/contract/index.ts";
import { checksOf } from "../../../src/desktop/bootstrap/checks.ts";
import { examine } from "../../../src/desktop/bootstrap/examine.ts";
import { PLACES } from "../../../src/desktop/bootstrap/places.ts";
import { sendPart } from "../../../src/desktop/bootstrap/send.ts";
import { standing } from "../../../src/desktop/bootstrap/standing.ts";
import { createWay } from "../../../src/desktop/bootstrap/way.ts";
import { createKeychain } from "../../../src/desktop/keychain/keychain.ts";
import { createHostKeys } from "../../../src/desktop/ssh/host-keys.ts";
import { createSsh } from "../../../src/desktop/ssh/open.ts";
import type { Transport } from "../../../src/desktop/ssh/transport.ts";
import { startSshd } from "../../contract/sshd.ts";
import type { Server } from "../../world/server.ts";
import { row, type Bench, type Case } from "./case.ts";

type Place = { user: string; address: string; port: number; keyPath: string };

/** As a person who comes for the first time and trusts what is there. */
async function enter({ folder }: Bench, { user, address, port, keyPath }: Place): Promise<Transport> {
  const home = await mkdtemp(join(folder, "home-"));
  const hostKeys = createHostKeys({ home, system: join(home, "none") });
  const keychain = createKeychain({ load: () => Promise.reject(new Error("none")) });
  const ssh = createSsh({ keychain, folder: join(home, "config"), home, hostKeys });
  const login = { user, address, port, alias: null, jumps: [], client: "built-in" as const, door: "forwarding" as const, auth: { type: "key" as const, path: keyPath } };
  return ssh.open({ id: "reports", login }, { ask: async () => ({ type: "host-key", accept: true }) });
}

/** What a login meets on the way to root: how it comes there, or the code that stops it; and what an upload of a part comes to. */
async function prepared(bench: Bench, server: Server, password = server.users.deploy.password): Promise<string> {
  const { address } = server;
  const transport = await enter(bench, { user: "deploy", address, port: 22, keyPath: server.privateKeyPath });
  try {
    const stands = await standing(createWay({ transport, address, root: { by: "yes" } }));
    const { found, way } = await examine({ transport, address, stands, askSudo: async () => ({ value: password, confirm: async () => {} }) });
    const stop = checksOf(found, { address }).find(({ id }) => id === "root")?.problem;
    if (stop) return stop.code;
    const content = randomBytes(3_000_000);
    const sha256 = createHash("sha256").update(content).digest("hex");
    const packed = join(bench.folder, `part-${sha256.slice(0, 8)}`);
    await writeFile(packed, gzipSync(content));
    const part = { name: "node", version: sha256.slice(0, 8), file: "node", sha256 } as never;
    await sendPart(way, part, packed, () => {});
    const there = await server.exec(["sh", "-c", `cat ${PLACES.parts}/*/node | sha256sum; rm -rf ${PLACES.parts}`]);
    return row(`root by ${found.root}`, there.startsWith(sha256) ? "3 MB arrived" : "the upload is damaged");
  } catch (error) {
    return toProblem(error).code;
  } finally {
    transport.close();
  }
}

const onServer = (name: string, expected: string, dress: string[], undress: string[]): Case => ({
  name,
  expected,
  async see(bench) {
    const server = await bench.server();
    await server.exec(["sh", "-ec", dress.join("\n")]);
    try {
      return await prepared(bench, server);
    } finally {
      await server.exec(["sh", "-ec", undress.join("\n")]);
    }
  },
});

const SUDOERS = "/etc/sudoers.d/deploy";
const wantsPassword = `echo 'deploy ALL=(ALL) ALL' > ${SUDOERS}`;
const wantsNone = `echo 'deploy ALL=(ALL) NOPASSWD: ALL' > ${SUDOERS}`;

const withSessions = (allowed: number, commands: number, expected: string): Case => ({
  name: `a sshd that grants ${allowed} sessions, asked for ${commands} commands at once`,
  expected,
  async see(bench) {
    const sshd = await startSshd(await mkdtemp(join(bench.folder, "sshd-")), [`MaxSessions ${allowed}`]);
    const transport = await enter(bench, { ...sshd, keyPath: sshd.keyPath });
    try {
      const said = await Promise.all(Array.from({ length: commands }, (_, at) => transport.exec(["sh", "-c", `sleep 0.1; cat; echo ${at}`], { stdin: "in " })));
      return `${said.filter(({ stdout }, at) => stdout === `in ${at}\n`).length} ended well`;
    } catch (error) {
      const { code, next } = toProblem(error);
      return row(code, next.includes("MaxSessions") ? "names MaxSessions" : next);
    } finally {
      transport.close();
      await sshd.stop();
    }
  },
});

/** They share one server and change it: one after the other. */
export const servers: Case[] = [
  onServer("tcsh as login shell, sudo without a password", "root by sudo, 3 MB arrived", ["chsh -s /bin/tcsh deploy", wantsNone], ["chsh -s /bin/bash deploy"]),
  onServer("tcsh as login shell, sudo with a password", "root by password, 3 MB arrived", ["chsh -s /bin/tcsh deploy", wantsPassword], ["chsh -s /bin/bash deploy"]),
  onServer("sudo-rs with a password", "root by password, 3 MB arrived", [wantsPassword, "mv /usr/bin/sudo /usr/bin/sudo.other; ln -s sudo-rs /usr/bin/sudo"], ["mv /usr/bin/sudo.other /usr/bin/sudo"]),
  onServer("sudo-rs without a password", "root by sudo, 3 MB arrived", [wantsNone, "mv /usr/bin/sudo /usr/bin/sudo.other; ln -s sudo-rs /usr/bin/sudo"], ["mv /usr/bin/sudo.other /usr/bin/sudo"]),
  onServer("sudo with requiretty", "SUDO_NEEDS_TERMINAL", [`printf 'Defaults:deploy requiretty\\ndeploy ALL=(ALL) NOPASSWD: ALL\\n' > ${SUDOERS}`], [wantsNone]),
  onServer("a login that may not use sudo", "ROOT_NEEDED", [`rm ${SUDOERS}`], [wantsNone]),
];

export const sessions: Case[] = [withSessions(2, 20, "20 ended well"), withSessions(0, 1, "SSH_SESSIONS_REFUSED, names MaxSessions")];
