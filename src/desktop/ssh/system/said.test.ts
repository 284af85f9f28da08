import { expect, test } from "vitest";
import { failureOf, readQuestion } from "./said.ts";

const place = { address: "host.test", port: 22, user: "me" };
const code = (text: string) => {
  const { code: found, values } = failureOf(text, place).problem;
  return [found, values.address];
};

test("what ssh says on its way out, under the name of the host that it speaks of", () => {
  expect([
    code("debug1: Permission denied (x)\nme@host.test: Permission denied (publickey,password).\n"),
    code("jump@bastion: Permission denied (publickey).\nConnection closed by UNKNOWN port 65535\n"),
    code("ssh: Could not resolve hostname nowhere.invalid: Name or service not known\n"),
    code("ssh: connect to host 10.0.0.1 port 2222: Connection refused\n"),
    code("ssh: connect to host 10.0.0.1 port 2222: Connection timed out\n"),
    code("ssh: connect to host 10.0.0.1 port 2222: No route to host\n"),
    code("ssh: connect to host 10.0.0.1 port 2222: Network is unreachable\n"),
    code("kex_exchange_identification: Connection closed by remote host\n"),
    code("Host key verification failed.\n"),
    code("Bad owner or permissions on /home/me/.ssh/config\n"),
    code("something new\n"),
  ]).toEqual([
    ["LOGIN_REFUSED", "host.test"],
    ["LOGIN_REFUSED", "bastion"],
    ["ADDRESS_UNKNOWN", "nowhere.invalid"],
    ["CONNECTION_REFUSED", "10.0.0.1"],
    ["CONNECTION_TIMED_OUT", "10.0.0.1"],
    ["HOST_UNREACHABLE", "10.0.0.1"],
    ["HOST_UNREACHABLE", "10.0.0.1"],
    ["CONNECTION_CLOSED", "host.test"],
    ["HOST_KEY_REFUSED", "host.test"],
    ["SSH_CONFIG_UNTRUSTED", undefined],
    ["SSH_PROGRAM_UNUSABLE", "host.test"],
  ]);
});

test("a question is known by ssh's own words, and every other is the server's", () => {
  const hostKey = "The authenticity of host '[127.0.0.1]:2222 ([127.0.0.1]:2222)' can't be established.\nED25519 key fingerprint is SHA256:abc+/123.\nThis key is not known by any other names.\nAre you sure you want to continue connecting (yes/no/[fingerprint])? ";
  expect([
    readQuestion(hostKey),
    readQuestion("Enter passphrase for key '/home/me/my key': "),
    readQuestion("me@host.test's password: "),
    readQuestion("(me@host.test) Password: "),
    readQuestion("(me@host.test) Verification code: "),
    readQuestion("(me@host.test) One-time password (OATH) for `me': "),
    readQuestion("Enter PIN for ED25519-SK key /home/me/.ssh/id: "),
  ]).toEqual([
    { type: "host-key", address: "127.0.0.1:2222", keyType: "ED25519", fingerprint: "SHA256:abc+/123" },
    { type: "passphrase", path: "/home/me/my key" },
    { type: "password", user: "me", address: "host.test" },
    { type: "password", user: "me", address: "host.test" },
    { type: "other" },
    { type: "other" },
    { type: "pin" },
  ]);
});
