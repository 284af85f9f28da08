import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { sshVersion } from "./program.ts";
import { createSshConfig } from "./resolve.ts";

let folder: string;
beforeAll(() => (folder = mkdtempSync(join(tmpdir(), "ssh-config-"))));
const before = process.env.HOME;
afterEach(() => void (process.env.HOME = before));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A home with these files under .ssh. */
function homeWith(files: Record<string, string>) {
  const home = mkdtempSync(join(folder, "home-"));
  mkdirSync(join(home, ".ssh", "conf.d"), { recursive: true, mode: 0o700 });
  for (const [name, text] of Object.entries(files)) writeFileSync(join(home, ".ssh", name), text, { mode: 0o600 });
  return { home, config: createSshConfig({ home }) };
}

const code = (promise: Promise<unknown>) => promise.then(() => "fine", (error: { problem?: { code: string } }) => error.problem?.code ?? String(error));

test("hosts without wildcards, with those of included files, each once", async () => {
  const { home, config } = homeWith({
    config: "Include conf.d/*.conf\nHost one two *.wild !no\n  HostName a\nHost one\nHOST \"three\" # a comment\nhost=four\nMatch host five\nHost -oProxyCommand\n",
    "conf.d/a.conf": "Host included\n  User x\n",
    "conf.d/b.conf": "Include ~/.ssh/deep\n",
    deep: "Host deep\n",
  });
  const found = await config.hosts();
  expect(found.map(({ alias }) => alias)).toEqual(["included", "deep", "one", "two", "three", "four"]);
  expect(found[0]!.file).toBe(join(home, ".ssh/conf.d/a.conf"));
});

test("a file that others may write to, or an included one, is not read", async () => {
  const { home, config } = homeWith({ config: "Include conf.d/a.conf\nHost one\n", "conf.d/a.conf": "Host two\n" });
  expect(await code(config.hosts())).toBe("fine");
  chmodSync(join(home, ".ssh/conf.d/a.conf"), 0o666);
  expect([await code(config.hosts()), await code(config.resolve("one"))]).toEqual(["SSH_CONFIG_UNTRUSTED", "SSH_CONFIG_UNTRUSTED"]);
});

test("without a file there is nothing to pick", async () => {
  const { config } = homeWith({});
  expect(await config.hosts()).toEqual([]);
});

test("jumps in a row, each resolved by its own lines, and what only the system's ssh can do", async (context) => {
  if (!(await sshVersion())) return context.skip();
  const { home, config } = homeWith({
    config: [
      "Host far\n  HostName 10.0.0.7\n  User deploy\n  ProxyJump inner,ops@outer:2222\n  IdentityFile ~/.ssh/mine\n  IdentitiesOnly yes",
      "Host inner\n  HostName inner.example.com\n  User jump\n  ProxyJump gate",
      "Host gate\n  HostName gate.example.com\n  Port 2200\n  User g",
      "Host straight\n  ProxyJump none\n  ProxyCommand none\n  User s",
      "Host proxied\n  ProxyCommand nc %h %p\n  User p",
      "Host round\n  ProxyJump round\n  User r",
    ].join("\n"),
    mine: "not a key",
    "mine-cert.pub": "a certificate",
  });
  process.env.HOME = home;
  const { settings: _far, ...far } = await config.resolve("far");
  expect(far).toEqual({
    alias: "far",
    user: "deploy",
    address: "10.0.0.7",
    port: 22,
    jumps: [
      { user: "g", address: "gate.example.com", port: 2200 },
      { user: "jump", address: "inner.example.com", port: 22 },
      { user: "ops", address: "outer", port: 2222 },
    ],
    identityFiles: ["~/.ssh/mine"],
    identitiesOnly: true,
    needs: ["an SSH certificate"],
    by: "ssh",
  });
  const needs = async (alias: string) => (await config.resolve(alias)).needs.filter((what) => what.startsWith("a Proxy"));
  expect([await needs("straight"), await needs("proxied"), (await config.resolve("straight")).jumps]).toEqual([[], ["a ProxyCommand"], []]);
  expect(await code(config.resolve("round"))).toBe("SSH_CONFIG_REFUSED");
});

test("without an ssh program the app reads the same lines, and runs nothing of them", async () => {
  const { home } = homeWith({});
  const canary = join(home, "canary");
  writeFileSync(
    join(home, ".ssh/config"),
    `Match exec "touch ${canary}"\n  User wrong\nHost far\n  HostName 10.0.0.7\n  User deploy\n  Port 2200\n  ProxyJump gate\nHost gate\n  User g\nHost *\n  IdentityFile ~/.ssh/mine\n`,
    { mode: 0o600 },
  );
  const config = createSshConfig({ home, find: async () => null });
  const { settings: _settings, ...far } = await config.resolve("far");
  expect(far).toEqual({ alias: "far", user: "deploy", address: "10.0.0.7", port: 2200, jumps: [{ user: "g", address: "gate", port: 22 }], identityFiles: ["~/.ssh/mine"], identitiesOnly: false, needs: [], by: "app" });
  expect(existsSync(canary)).toBe(false);
});
