import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { publicKey, readPublicKey } from "./public-key.ts";

const ED = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl";
const field = (text: string | Buffer) => {
  const bytes = Buffer.from(text);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(bytes.length);
  return Buffer.concat([length, bytes]);
};
const line = (type: string, ...fields: (string | Buffer)[]) => `${type} ${Buffer.concat([type, ...fields].map(field)).toString("base64")}`;
const why = (text: string) => {
  const read = readPublicKey(text);
  return "why" in read ? read.why : "accepted";
};

test.each([
  ["ed25519", []],
  ["ecdsa", ["-b", "256"]],
  ["ecdsa", ["-b", "521"]],
  ["rsa", ["-b", "3072"]],
])("a key of ssh-keygen is read: %s %j", (type, more) => {
  const folder = mkdtempSync(join(tmpdir(), "public-key-"));
  try {
    execFileSync("ssh-keygen", ["-q", "-t", type, ...more, "-N", "", "-C", "ada at home", "-f", join(folder, "key")]);
    const text = readFileSync(join(folder, "key.pub"), "utf8");
    const [name, base64] = text.split(" ");
    expect([readPublicKey(text), publicKey.parse(text)]).toEqual([{ type: name, base64, comment: "ada at home" }, `${name} ${base64}`]);
    expect(why(readFileSync(join(folder, "key"), "utf8"))).toMatch(/^This is a private key/);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test("hardware keys are read", () => {
  const keys = [
    line("sk-ssh-ed25519@openssh.com", Buffer.alloc(32, 7), "ssh:"),
    line("sk-ecdsa-sha2-nistp256@openssh.com", "nistp256", Buffer.alloc(65, 4), "ssh:"),
  ];
  expect(keys.map(why)).toEqual(["accepted", "accepted"]);
});

test.each([
  ["an option before it", `command="sh" ${ED}`, /nothing before its type/],
  ["another line", `${ED}\nssh-ed25519 AAAA`, /one line/],
  ["a carriage return in the comment", `${ED} a\rb`, /one line/],
  ["a short RSA key", line("ssh-rsa", Buffer.from([1, 0, 1]), Buffer.concat([Buffer.from([0]), Buffer.alloc(256, 255)])), /RSA key of 2048 bits/],
  ["DSA", "ssh-dss AAAA", /DSA/],
  ["a certificate", "ssh-ed25519-cert-v01@openssh.com AAAA", /certificate/],
  ["a cut key", ED.slice(0, -8), /cut off/],
  ["bytes behind it", `${line("ssh-ed25519", Buffer.alloc(32, 1), "more")}`, /cut off/],
  ["another type inside", `ecdsa-sha2-nistp256 ${ED.split(" ")[1]}`, /cut off/],
  ["another curve inside", line("ecdsa-sha2-nistp256", "nistp384", Buffer.alloc(97, 4)), /cut off/],
  ["another spelling of the same bytes", line("sk-ssh-ed25519@openssh.com", Buffer.alloc(32, 7), "ssh:").replace("Do=", "Dp="), /cut off/],
  ["nothing", "", /nothing before/],
])("%s is refused", (_what, text, expected) => {
  expect(why(text)).toMatch(expected);
});
