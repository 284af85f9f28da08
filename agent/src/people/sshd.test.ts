import { expect, test } from "vitest";
import { admissionLine } from "./files.ts";
import { fingerprintOf } from "./keys.ts";
import { readSshd } from "./sshd.ts";

const USUAL = "port 22\npubkeyauthentication yes\nauthorizedkeysfile .ssh/authorized_keys .ssh/authorized_keys2\nforcecommand none\nauthenticationmethods any\nacceptenv LANG\nacceptenv LC_*\n";
const told = (more: string) => readSshd(USUAL + more, "aeroplane").map(({ code, message }) => `${code} ${message}`);

test.each([
  ["", []],
  ["allowusers root\nallowusers aero*", []],
  ["allowusers aeroplane@10.0.0.*", []],
  ["denyusers guest", []],
  ["allowusers root\nallowusers deploy", [/AllowUsers does not name aeroplane/]],
  ["allowgroups sudo", [/AllowGroups does not name aeroplane/]],
  ["denyusers aero?lane", [/DenyUsers names aeroplane/]],
  ["acceptenv *", [/PEOPLE_SEND_VARIABLES/]],
  ["acceptenv LD_*", [/PEOPLE_SEND_VARIABLES/]],
])("%j", (more, wanted) => {
  expect(told(more)).toEqual(wanted.map((pattern) => expect.stringMatching(pattern)));
});

test("settings that keep every key out", () => {
  const text = "pubkeyauthentication no\nauthorizedkeysfile /etc/ssh/keys/%u\nforcecommand /usr/bin/false\nauthenticationmethods publickey,keyboard-interactive\n";
  expect(readSshd(text, "aeroplane").map(({ values }) => values.why)).toEqual([
    "it takes no public keys",
    "it reads keys from /etc/ssh/keys/%u",
    "ForceCommand runs /usr/bin/false for every login",
    "a key alone is not enough (AuthenticationMethods publickey,keyboard-interactive)",
  ]);
});

test("a line of authorized_keys restricts everything but the bridge", () => {
  const person = { id: "0197a000-0009-7000-8000-000000000001", name: 'Ada "quotes" \\ Lindqvist', publicKey: "ssh-ed25519 AAAA" };
  expect(admissionLine({ login: "aeroplane", socket: "/run/aeroplane/.people.sock", bridge: "/opt/aeroplane/bin/aeroplane-bridge" }, person)).toBe(
    `restrict,command="exec /opt/aeroplane/bin/aeroplane-bridge --socket /run/aeroplane/.people.sock --person ${person.id}" ssh-ed25519 AAAA Ada "quotes" \\ Lindqvist`,
  );
});

test("a fingerprint is as ssh-keygen prints it", () => {
  expect(fingerprintOf("ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl github")).toBe("SHA256:+DiY3wvvV6TuJJhbpZisF/zLDA0zPMSvHdkr4UvCOqU");
});
