// The real library against a real Secret Service of our own, and against none.
import { execFile } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, expect, test } from "vitest";

const execute = promisify(execFile);
const home = mkdtempSync(join(tmpdir(), "keychain-"));
afterAll(() => rmSync(home, { recursive: true, force: true }));

const hasService = ["/usr/bin/dbus-run-session", "/usr/bin/gnome-keyring-daemon"].every((path) => existsSync(path));
const act = join(import.meta.dirname, "keychain-act.ts");
const environment = { PATH: process.env.PATH, HOME: home, XDG_RUNTIME_DIR: home, XDG_DATA_HOME: join(home, "data") };

test.skipIf(!hasService)("a secret to keep survives the program in the Secret Service", async () => {
  const script = `printf secret | gnome-keyring-daemon --unlock --components=secrets >/dev/null 2>&1; "$1" "$2" keep && "$1" "$2" read`;
  const { stdout } = await execute("dbus-run-session", ["--", "sh", "-c", script, "sh", process.execPath, act], { env: environment });
  expect(stdout.trim().split("\n").map((line) => JSON.parse(line))).toEqual([
    { kind: "keychain", words: "Kept in the Secret Service" },
    { kind: "keychain", kept: "hunter2", session: null },
  ]);
});

test("without one, nothing is kept beyond the session, and that is said", async () => {
  const run = async (word: string) => JSON.parse((await execute(process.execPath, [act, word], { env: { ...environment, DBUS_SESSION_BUS_ADDRESS: "unix:path=/nowhere" } })).stdout);
  expect([await run("keep"), await run("read")]).toEqual([
    { kind: "session", words: "Asked again at each start: no keychain of the system answers." },
    { kind: "session", kept: null, session: null },
  ]);
});
