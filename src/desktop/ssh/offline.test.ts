import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import type { ServerLogin } from "../../contract/index.ts";
import type { Keychain } from "../keychain/keychain.ts";
import { createSsh } from "./open.ts";

let folder = "";
const keychain = { get: async () => undefined, open: async () => {}, status: async () => ({}) } as unknown as Keychain;
const login = (more: Partial<ServerLogin>): ServerLogin => ({ user: "ann", address: "away.test", port: 22, alias: null, jumps: [], auth: { type: "auto" }, door: "forwarding", client: "system", ...more }) as ServerLogin;
/** Every ssh that was started, by its first argument. */
const started = async () => (await readFile(join(folder, "started"), "utf8").catch(() => "")).trim().split("\n").filter((line) => line !== "" && !/^-(V|F|G)/.test(line));

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "aeroplane-offline-"));
  await mkdir(join(folder, ".ssh"));
  await writeFile(join(folder, ".ssh", "config"), "Host carried\n  ProxyCommand nc -U /run/x\n", { mode: 0o600 });
  const says = `case "$*" in *-G*carried*) echo "proxycommand nc -U /run/x";; *-G*) echo "port 22";; -V) echo OpenSSH_10.0 >&2;; *) echo "ssh: connect to host away.test port 22: Connection refused" >&2; exit 255;; esac`;
  await writeFile(join(folder, "ssh"), `#!/bin/sh\necho "$@" >> ${folder}/started\n${says}\n`);
  await chmod(join(folder, "ssh"), 0o755);
  vi.stubEnv("PATH", `${folder}:${process.env.PATH}`);
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await rm(folder, { recursive: true, force: true });
});

test("without a network no process is started in the background, unless the host is here or reached by a command of the person's own", async () => {
  let network = false;
  const ssh = createSsh({ keychain, folder: join(folder, "own"), home: folder, inNetwork: () => network });
  const codeOf = (more: Partial<ServerLogin>) => ssh.open({ id: "s", login: login(more) }, { ask: null }).then(() => "open", (error: { problem?: { code: string } }) => error.problem?.code);
  for (let round = 0; round < 3; round += 1) expect(await codeOf({})).toBe("HOST_UNREACHABLE");
  expect(await started()).toEqual([]);
  expect(await codeOf({ alias: "carried" })).toBe("CONNECTION_REFUSED");
  expect(await codeOf({ address: "127.0.0.1" })).toBe("CONNECTION_REFUSED");
  expect((await started()).length).toBe(2);
  network = true;
  expect(await codeOf({})).toBe("CONNECTION_REFUSED");
  expect((await started()).length).toBe(3);
});
