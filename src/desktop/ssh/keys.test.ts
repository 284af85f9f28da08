import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { agentKeys, agentSocket } from "./agent-keys.ts";
import { identitiesFor } from "./identities.ts";
import { readKeyFile } from "./key-file.ts";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "keys-"));
  for (const name of ["a", "b"]) execFileSync("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-C", name, "-f", join(folder, name)]);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const text = (value: string | Buffer) => {
  const bytes = Buffer.from(value);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(bytes.length);
  return Buffer.concat([length, bytes]);
};
const number = (value: number) => Buffer.from([0, 0, 0, value]);
const blobOf = (name: string) => Buffer.from(readFileSync(join(folder, `${name}.pub`), "utf8").split(" ")[1]!, "base64");
/** What a hardware key of that type looks like from outside; no such device is needed to read it. */
const hardwareBlob = Buffer.concat([text("sk-ssh-ed25519@openssh.com"), text(Buffer.alloc(32, 7)), text("ssh:")]);

/** An agent that holds these keys and can do nothing else. */
async function agentWith(blobs: [Buffer, string][]) {
  const socket = join(folder, `agent-${blobs.length}-${Math.random()}`);
  const body = Buffer.concat([Buffer.from([12]), number(blobs.length), ...blobs.flatMap(([blob, comment]) => [text(blob), text(comment)])]);
  const server = createServer((connection) => connection.once("data", () => connection.write(text(body)))).listen(socket);
  await new Promise((ready) => server.once("listening", ready));
  return { socket, stop: () => server.close() };
}

test("a hardware key file is known for what it is, without the device", async () => {
  const inside = Buffer.concat([Buffer.from("openssh-key-v1\0"), text("none"), text("none"), text(""), number(1), text(hardwareBlob), text("private")]);
  const path = join(folder, "id_ed25519_sk");
  writeFileSync(path, `-----BEGIN OPENSSH PRIVATE KEY-----\n${inside.toString("base64")}\n-----END OPENSSH PRIVATE KEY-----\n`);
  expect(await readKeyFile(path)).toEqual({ path, hardware: true });
  const settings = { identityFiles: [path], identitiesOnly: false, identityAgent: "none" };
  await expect(identitiesFor({ type: "key", path }, settings, "host.test")).rejects.toMatchObject({ problem: { code: "SSH_NEEDS_SYSTEM", values: { what: `the hardware key ${path}` } } });
  expect((await identitiesFor({ type: "auto" }, settings, "host.test")).notes).toContain(`${path} is a hardware key: only the system's ssh can use it.`);
});

test("an agent says how many keys it holds, and which the built-in client can offer", async () => {
  const agent = await agentWith([[hardwareBlob, "yubikey"], [blobOf("a"), "a"], [blobOf("b"), "b"]]);
  const { keys } = await agentKeys(agent.socket);
  expect(keys.map(({ comment, key }) => [comment, key !== null])).toEqual([["yubikey", false], ["a", true], ["b", true]]);
  const offered = async (identityFiles: string[], identitiesOnly: boolean) =>
    (await identitiesFor({ type: "agent" }, { identityFiles, identitiesOnly, identityAgent: agent.socket }, "host.test")).list.map((identity) => identity.from === "agent" && identity.key.comment);
  // Those that the configuration names come first, or alone.
  expect([await offered([join(folder, "b")], false), await offered([join(folder, "b")], true)]).toEqual([["b", "a"], ["b"]]);
  agent.stop();
});

test("an agent that cannot help says why", async () => {
  const [hardware, empty] = [await agentWith([[hardwareBlob, "yubikey"]]), await agentWith([])];
  const why = async (identityAgent: string, identitiesOnly = false) =>
    identitiesFor({ type: "agent" }, { identityFiles: [join(folder, "a")], identitiesOnly, identityAgent }, "host.test").catch((error: { problem: { values: { why: string } } }) => error.problem.values.why);
  expect([await why(hardware.socket), await why(empty.socket), await why("none"), await why(join(folder, "nothing"))]).toEqual([
    "it holds 1 key, which only the system's ssh can use",
    "it holds no key",
    "none runs on this computer",
    `nothing answers at ${join(folder, "nothing")}`,
  ]);
  hardware.stop();
  empty.stop();
});

test("where the agent listens: the configuration, a variable that it names, else the environment", () => {
  const env = { SSH_AUTH_SOCK: "/run/agent", OTHER: "/run/other" };
  expect([agentSocket(null, env), agentSocket("SSH_AUTH_SOCK", env), agentSocket("/x", env), agentSocket("$OTHER", env), agentSocket("none", env), agentSocket(null, {})]).toEqual(["/run/agent", "/run/agent", "/x", "/run/other", null, null]);
});
