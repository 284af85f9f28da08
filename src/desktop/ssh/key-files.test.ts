import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { keyFiles } from "./key-files.ts";

test("private keys are found by what they are, and nothing else is offered", async () => {
  const home = mkdtempSync(join(tmpdir(), "keys-"));
  onTestFinished(() => rmSync(home, { recursive: true }));
  expect(await keyFiles(home)).toEqual([]);
  const folder = join(home, ".ssh");
  mkdirSync(join(folder, "id_folder"), { recursive: true });
  const files = { "work key": "-----BEGIN OPENSSH PRIVATE KEY-----\nx", id_rsa: "-----BEGIN RSA PRIVATE KEY-----\nx", "id_rsa.pub": "ssh-rsa AAAA", known_hosts: "host ssh-rsa AAAA", "a.ppk": "PuTTY-User-Key-File-3: x", empty: "" };
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  symlinkSync("/dev/zero", join(folder, "endless"));
  expect(await keyFiles(home)).toEqual(["~/.ssh/a.ppk", "~/.ssh/id_rsa", "~/.ssh/work key"]);
});
