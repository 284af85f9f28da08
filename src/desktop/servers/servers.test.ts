import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test, vi } from "vitest";
import { PROTOCOL_VERSION, type Hello } from "@aeroplane/agent/contract";
import { createPrompts } from "../prompts/prompts.ts";
import { createServersFile } from "./file.ts";
import { createNotices } from "./notices.ts";
import { createServers } from "./servers.ts";

test("while a server is uninstalled nothing puts back what goes, and nothing forgets it", async () => {
  const folder = mkdtempSync(join(tmpdir(), "servers-"));
  let giveUp = (_error: Error) => {};
  const servers = await createServers({
    file: createServersFile(folder),
    open: () => new Promise(() => {}),
    way: () => new Promise((_resolve, reject) => (giveUp = reject)),
    keychain: { forget: async () => {} } as never,
    prompts: createPrompts(),
    ssh: { forgetServer: async () => {} },
    notices: createNotices(),
  });
  onTestFinished(() => (servers.close(), rmSync(folder, { recursive: true })));
  const { id, name } = await servers.add({ user: "root", address: "203.0.113.1", port: 22, auth: { type: "agent" } });
  const steps = servers.uninstall({ id, apps: "keep", confirm: name });
  await steps.next();
  const codeOf = async (act: () => unknown) => (async () => act())().then(() => "done", (error: { problem?: { code: string } }) => error.problem?.code);
  const acts = [() => servers.connect(id), () => servers.upgrade(id), () => servers.setDoor(id, "bridge"), () => servers.changeLogin(id, servers.list()[0]!.login!), () => servers.remove(id)];
  expect(await Promise.all(acts.map(codeOf))).toEqual(acts.map(() => "BUSY"));
  giveUp(new Error("the way is cut"));
  for await (const batch of steps) if (batch.ended) break;
  expect([await codeOf(acts[0]!), await codeOf(acts[4]!), servers.list()]).toEqual(["done", "done", []]);
});

test("a server is known to hold something of ours once preparing it has begun, and that is written down", async () => {
  const folder = mkdtempSync(join(tmpdir(), "servers-"));
  const servers = await createServers({
    file: createServersFile(folder),
    open: async (_server, { onHandshake, onSteps }) => (onHandshake(), onSteps([]), await new Promise<never>(() => {})),
    way: () => new Promise(() => {}),
    keychain: { forget: async () => {} } as never,
    prompts: createPrompts(),
    ssh: { forgetServer: async () => {} },
    notices: createNotices(),
  });
  onTestFinished(() => (servers.close(), rmSync(folder, { recursive: true })));
  await servers.add({ user: "root", address: "203.0.113.1", port: 22, auth: { type: "agent" } });
  await vi.waitFor(async () => expect((await createServersFile(folder).read())[0]?.begun).toBe(true), { timeout: 60_000 });
  expect(servers.list()[0]!.begun).toBe(true);
});

test("another agent than the one that was there is told, once and only where one was there", async () => {
  const folder = mkdtempSync(join(tmpdir(), "servers-"));
  const notices = createNotices();
  let instanceId = "0198c0de-0000-7000-8000-00000000000a";
  const servers = await createServers({
    file: createServersFile(folder),
    open: async ({ id }) => {
      // As preparing does where there is nothing to say.
      notices.tell(id, null);
      const hello = { instanceId, agentVersion: "1.0.0", protocolVersion: PROTOCOL_VERSION, nodeVersion: "24", hostname: "web-1", os: "none", arch: "x64", httpPort: 80, startedAt: 1, startsAtBoot: true, trial: false } satisfies Hello;
      return { agent: { inUse: () => true } as never, hello, ping: async () => hello, close: () => {}, closed: new Promise(() => {}) };
    },
    way: () => new Promise(() => {}),
    keychain: { forget: async () => {} } as never,
    prompts: createPrompts(),
    ssh: { forgetServer: async () => {} },
    notices,
  });
  onTestFinished(() => (servers.close(), rmSync(folder, { recursive: true })));
  const { id } = await servers.add({ name: "web", user: "root", address: "203.0.113.1", port: 22, auth: { type: "agent" } });
  const visited = async () => {
    await vi.waitFor(() => expect([servers.list()[0]!.connection.state, servers.list()[0]!.hello?.instanceId]).toEqual(["ready", instanceId]), { timeout: 60_000 });
    return servers.list()[0]!.notice;
  };
  const comeAgain = () => (servers.disconnect(id), servers.connect(id), visited());
  const told = [await visited(), await comeAgain()];
  instanceId = "0198c0de-0000-7000-8000-00000000000b";
  expect([...told, await comeAgain(), await comeAgain()]).toMatchObject([null, null, { code: "AGENT_ANEW", values: { server: "web" } }, null]);
});
